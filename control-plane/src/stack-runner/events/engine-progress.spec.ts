import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../pulumi-service/wire/engine-event.js';
import type { RunEvent } from '../stack-run.js';
import { EngineProgress } from './engine-progress.js';
import { runErrors } from './run-errors.js';

const urn = (name: string): string => `urn:pulumi:dev::test::fixture:index:Thing::${name}`;
const step = (name: string, op = 'create') => ({ op, urn: urn(name), type: 'fixture:index:Thing' });

test('batches that arrive in any order are told in the engine’s order', () => {
  const told = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 }).chain((sizes) => {
    let sequence = 0;
    const batches = sizes.map((size) =>
      Array.from({ length: size }, (): EngineEvent => {
        const number = sequence++;
        return { sequence: number, resOutputsEvent: { metadata: step(String(number)) } };
      }),
    );
    return fc.shuffledSubarray(batches, { minLength: batches.length });
  });
  fc.assert(
    fc.property(told, (batches) => {
      const events: RunEvent[] = [];
      const progress = new EngineProgress((event) => events.push(event));
      for (const batch of batches) progress.add(batch);
      progress.end();
      expect(events.map((event) => (event.kind === 'resource' ? Number(event.name) : -1))).toEqual(
        events.map((_, i) => i),
      );
      expect(progress.counts.created).toBe(batches.flat().length);
    }),
  );
});

test('a batch that never arrives holds nothing back in the end, and a repeated one is told once', () => {
  const events: RunEvent[] = [];
  const progress = new EngineProgress((event) => events.push(event));
  const event = (sequence: number): EngineEvent => ({
    sequence,
    resourcePreEvent: { metadata: step(String(sequence)) },
  });
  progress.add([event(0)]);
  progress.add([event(0)]);
  progress.add([event(2)]);
  progress.end();
  expect(events).toMatchObject([
    { name: '0', phase: 'started' },
    { name: '2', phase: 'started' },
  ]);
});

test('messages come without the engine’s colours, and errors say which resource they are about', () => {
  const events: RunEvent[] = [];
  const progress = new EngineProgress((event) => events.push(event));
  const message = '<{%fg 1%}>quota exceeded<{%reset%}>\n';
  progress.add([
    { sequence: 0, diagnosticEvent: { urn: urn('a'), message, severity: 'error' } },
    { sequence: 1, diagnosticEvent: { message: 'chatter', severity: 'info', ephemeral: true } },
    { sequence: 2, diagnosticEvent: { message: 'update failed', severity: 'error' } },
    {
      sequence: 3,
      summaryEvent: {
        resourceChanges: { create: 2, 'create-replacement': 1, 'delete-replaced': 1, same: 4 },
      },
    },
  ]);
  expect(events[0]).toEqual({
    kind: 'diagnostic',
    severity: 'error',
    message: 'quota exceeded',
    urn: urn('a'),
  });
  expect(events).toHaveLength(2);
  expect(progress.counts).toEqual({ created: 3, updated: 0, deleted: 1, same: 4 });
  expect(runErrors(progress.errors, '', 'exit code 1')).toEqual([
    { urn: urn('a'), message: 'quota exceeded' },
  ]);
});

test.each([
  { output: 'warning: x\nerror: could not log in: 403\n', says: 'could not log in: 403' },
  { output: 'something\nodd\n', says: 'Pulumi ended with exit code 255: something odd' },
  { output: '', says: 'Pulumi ended with exit code 255 and said nothing.' },
])('a CLI that failed before its engine started is quoted: $says', ({ output, says }) => {
  expect(runErrors([], output, 'exit code 255')).toEqual([{ message: says }]);
});
