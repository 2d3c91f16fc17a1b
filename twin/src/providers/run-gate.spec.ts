import { expect, it } from 'vitest';
import { RunClosedError, RunGate } from './run-gate.js';

it('lets nothing begin once it is closed, and closes only when what had begun has ended', async () => {
  const gate = new RunGate('run-1');
  const order: string[] = [];
  const work = Promise.withResolvers<undefined>();
  const begun = gate.pass(async () => {
    await work.promise;
    order.push('work');
  });
  const closed = gate.close().then(() => order.push('closed'));
  await expect(gate.pass(() => Promise.resolve(order.push('late')))).rejects.toThrow(RunClosedError);
  await expect(gate.pass(() => Promise.resolve())).rejects.toThrow(
    'the run run-1 is closed: nothing was changed',
  );
  work.resolve(undefined);
  await Promise.all([begun, closed]);
  expect(order).toEqual(['work', 'closed']);
});

it('closes in spite of work that fails', async () => {
  const gate = new RunGate('run-1');
  const begun = gate.pass(() => Promise.reject(new Error('broken')));
  await Promise.all([gate.close(), expect(begun).rejects.toThrow('broken')]);
});
