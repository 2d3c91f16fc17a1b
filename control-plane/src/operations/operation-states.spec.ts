import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLive, operationStates, type OperationState } from './operation.js';
import {
  nextOperationState,
  operationEvents,
  operationTransitions,
  refusal,
  type OperationEvent,
} from './operation-states.js';

const ended = operationStates.filter((state) => !isLive(state));
const requests = ['cancel', 'resume', 'rollback', 'approve', 'reject'] as const;
const workers = operationEvents.filter((event) => !(requests as readonly OperationEvent[]).includes(event));
const everyPair = operationStates.flatMap((from) => operationEvents.map((event) => ({ from, event })));

describe('the life of an operation', () => {
  test.each(everyPair)('$event in $from leads where the table says, or nowhere', ({ from, event }) => {
    for (const asked of [true, false]) {
      const rows = operationTransitions.filter(
        (row) => row.from === from && row.event === event && (row.rollbackRequested ?? asked) === asked,
      );
      expect(rows.length).toBeLessThanOrEqual(1);
      expect(nextOperationState(from, event, asked)).toBe(rows[0]?.to);
    }
  });

  test.each(ended)('an operation that is %s is moved by its caller alone, never by a worker', (from) => {
    expect(workers.map((event) => nextOperationState(from, event, false))).toEqual(
      workers.map(() => undefined),
    );
  });

  test('what a worker may take, a worker can also bring to an end', () => {
    const taken = operationTransitions.filter(({ event }) => event === 'take').map(({ to }) => to);
    for (const state of taken) {
      const ends = operationTransitions.filter(
        ({ from, event, to }) => from === state && workers.includes(event) && !isLive(to),
      );
      expect(ends, state).not.toEqual([]);
    }
  });

  test('a rollback that was asked for is never answered with "cancelled"', () => {
    for (const { from, event } of everyPair) {
      if (workers.includes(event)) expect(nextOperationState(from, event, true)).not.toBe('cancelled');
    }
  });

  test.each(operationStates.flatMap((from) => requests.map((event) => ({ from, event }))))(
    'a $event that is refused in $from says why',
    ({ from, event }) => {
      if (nextOperationState(from, event, false) !== undefined) return;
      expect(refusal(from, event)).toMatch(
        new RegExp(`^The operation is ${from.replaceAll('_', ' ')}; .+\\.$`),
      );
    },
  );

  test('whatever happens in whatever order, an operation can always be brought to an end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...operationEvents), { maxLength: 30 }), (events) => {
        let state: OperationState = 'queued';
        let asked = false;
        for (const event of events) {
          const next = nextOperationState(state, event, asked);
          if (next === undefined) continue;
          if (event === 'rollback') asked = true;
          if (event === 'resume') asked = false;
          state = next;
        }
        for (let steps = 0; isLive(state) && steps < 5; steps++) {
          state = nextOperationState(state, 'take', asked) ?? state;
          state =
            nextOperationState(state, 'undone', asked) ??
            nextOperationState(state, 'stopped', asked) ??
            nextOperationState(state, 'fail', asked) ??
            state;
        }
        expect(isLive(state)).toBe(false);
      }),
    );
  });
});
