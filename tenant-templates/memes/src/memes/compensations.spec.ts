import { DataUnavailableError } from '@leasehold/tenant-data';
import { describe, expect, it } from 'vitest';
import type { Command, Outcome } from '../ledger/command.js';
import { Compensations, undoing } from './compensations.js';

const release: Command = { type: 'release', account: 'ada', hold: 'h' };
const request = { key: 'k', fingerprint: 'f' };

/** A ledger that fails so often. */
function failing(times: number) {
  const executed: Command[] = [];
  const execute = (command: Command): Promise<Outcome> => {
    executed.push(command);
    return executed.length <= times
      ? Promise.reject(new DataUnavailableError('away'))
      : Promise.resolve({ result: 'done', balance: 10 });
  };
  return { executed, execute };
}

describe('tokens that are to be given back', () => {
  it('are, as soon as the ledger takes it', async () => {
    const ledger = failing(3);
    const compensations = new Compensations({ ledger, firstRetryMs: 1, onDeadLetter: () => undefined });
    compensations.add(release);
    expect(compensations.pending).toBe(1);
    await expect.poll(() => compensations.pending).toBe(0);
    expect([ledger.executed.length, compensations.deadLetters]).toEqual([4, 0]);
  });

  it('are told of as a dead letter when the ledger never takes it', async () => {
    const dead: Command[] = [];
    const compensations = new Compensations({
      ledger: failing(Infinity),
      firstRetryMs: 1,
      onDeadLetter: (command) => dead.push(command),
    });
    compensations.add(release);
    await expect.poll(() => compensations.deadLetters, { timeout: 10_000 }).toBe(1);
    expect(dead).toEqual([release]);
  });
});

describe('what undoes a command that was stored after its caller was told otherwise', () => {
  it.each<[string, Command, Command[]]>([
    ['a hold is released', { type: 'hold', account: 'ada', hold: 'h', tokens: 3, expiresAt: 0 }, [release]],
    [
      'a charge without a key is refunded, once however often that is sent',
      { type: 'charge', account: 'ada', tokens: 2, answer: '' },
      [{ type: 'refund', account: 'ada', tokens: 2, request: { key: ' refund 1', fingerprint: '' } }],
    ],
    ['a charge with a key stands', { type: 'charge', account: 'ada', tokens: 2, answer: '', request }, []],
    ['a purchase stands', { type: 'purchase', account: 'ada', tokens: 2 }, []],
    ['a release stands', release, []],
  ])('%s', (_, command, expected) => {
    expect(undoing([command], () => '1')).toEqual(expected);
  });
});
