import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepStates, type StepState } from './operation.js';
import { nextStepState, statesBefore, stepEvents, stepTransitions } from './step-states.js';

describe('the life of a step', () => {
  test.each(stepStates.flatMap((from) => stepEvents.map((event) => ({ from, event }))))(
    '$event in $from leads where the table says, or nowhere',
    ({ from, event }) => {
      const rows = stepTransitions.filter((row) => row.from === from && row.event === event);
      expect(rows.length).toBeLessThanOrEqual(1);
      expect(nextStepState(from, event)).toBe(rows[0]?.to);
      expect(statesBefore(event).includes(from)).toBe(rows.length === 1);
    },
  );

  test.each(stepEvents)('%s has one outcome, so one statement can write it', (event) => {
    expect(new Set(stepTransitions.filter((row) => row.event === event).map(({ to }) => to)).size).toBe(1);
  });

  test('a step succeeds only by running, and is undone only after it may have had an effect', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...stepEvents), { maxLength: 30 }), (events) => {
        let state: StepState = 'pending';
        let before: StepState = 'pending';
        for (const event of events) {
          const next = nextStepState(state, event);
          if (next === undefined) continue;
          before = state;
          state = next;
          if (state === 'succeeded') expect(before).toBe('running');
          if (state === 'undone') expect(['running', 'failed', 'succeeded']).toContain(before);
          if (state === 'skipped') expect(before).toBe('pending');
        }
      }),
    );
  });
});
