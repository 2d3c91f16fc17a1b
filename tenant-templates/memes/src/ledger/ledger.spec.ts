import { DataUnavailableError, newPrefix, OutcomeUnknownError } from '@leasehold/tenant-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compensations, undoing } from '../memes/compensations.js';
import { SimulatedRows, type Fate } from '../testing/simulated-rows.js';
import { checkLedger } from './check-ledger.js';
import type { Command, Outcome } from './command.js';
import { Ledger } from './ledger.js';
import { LedgerKeys } from './ledger-keys.js';
import { LedgerStore } from './ledger-store.js';

let ids = 0;

interface Replica {
  readonly ledger: Ledger;
  readonly compensations: Compensations;
}

function replicaOf(rows: SimulatedRows, deadlineMs = 30, now = Date.now): Replica {
  const ledger = new Ledger({
    store: new LedgerStore(rows.client(), new LedgerKeys(newPrefix(() => new Uint8Array(10)))),
    openingTokens: 10,
    deadlineMs,
    now,
    onLateCommit: (commands) => {
      for (const each of undoing(commands, () => String(ids++))) compensations.add(each);
    },
    onSettlementFailure: () => undefined,
  });
  const compensations: Compensations = new Compensations({
    ledger,
    firstRetryMs: 1,
    onDeadLetter: (_, error) => {
      throw error;
    },
  });
  return { ledger, compensations };
}

/** Sends a command again until its outcome is known, as a client with a key does. */
async function insist(ledger: Ledger, command: Command): Promise<Outcome> {
  for (;;) {
    try {
      return await ledger.execute(command);
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError || error instanceof DataUnavailableError)) throw error;
    }
  }
}

const charge = (account: string, key: string, tokens = 1): Command => ({
  type: 'charge',
  account,
  tokens,
  answer: `meme for ${key}`,
  request: { key, fingerprint: 'f' },
});

describe('a ledger of several replicas', () => {
  it('spends every token once, over commands that come in any order to any replica', async () => {
    const rows = new SimulatedRows(() => 'answered');
    const replicas = [replicaOf(rows, 5_000), replicaOf(rows, 5_000), replicaOf(rows, 5_000)];
    const spends = Array.from({ length: 300 }, (_, index) =>
      insist(replicas[index % 3]!.ledger, charge('ada', `k${index % 150}`)),
    );
    const outcomes = await Promise.all(spends);
    const count = (result: Outcome['result']): number =>
      outcomes.filter((outcome) => outcome.result === result).length;
    expect(count('done')).toBe(10);
    expect(count('replayed')).toBeLessThanOrEqual(10);
    expect(count('done') + count('replayed') + count('insufficient')).toBe(300);
    expect(await replicas[0]!.ledger.balance('ada')).toBe(0);
  });

  it('answers a repeated request as before after its record was settled, in every replica', async () => {
    const rows = new SimulatedRows(() => 'answered');
    const [one, other] = [replicaOf(rows).ledger, replicaOf(rows).ledger];
    await insist(one, charge('ada', 'k'));
    await one.eachShard((shard) => shard.settle());
    const replayed = { result: 'replayed', answer: 'meme for k' };
    expect(await insist(one, charge('ada', 'k'))).toEqual(replayed);
    expect(await insist(other, charge('ada', 'k'))).toEqual(replayed);
    expect(await other.balance('ada')).toBe(9);
  });

  it('settles what another replica had settled but for the last step, and loses nothing of it', async () => {
    const fates: Fate[] = ['answered', 'refused'];
    const rows = new SimulatedRows(() => fates.shift() ?? 'answered');
    const [one, other, third] = [replicaOf(rows).ledger, replicaOf(rows).ledger, replicaOf(rows).ledger];
    await insist(one, charge('ada', 'k'));
    await expect(one.eachShard((shard) => shard.settle())).rejects.toThrow(DataUnavailableError);
    await other.eachShard((shard) => shard.settle());
    expect(await third.balance('ada')).toBe(9);
  });

  it('keeps the answer of a request over midnight, for a day', async () => {
    const rows = new SimulatedRows(() => 'answered');
    const evening = Date.parse('2026-03-01T23:59:00Z');
    const first = replicaOf(rows, 30, () => evening).ledger;
    await insist(first, charge('ada', 'k'));
    await first.eachShard((shard) => shard.settle());
    const later = replicaOf(rows, 30, () => evening + 24 * 60 * 60 * 1000).ledger;
    expect(await insist(later, charge('ada', 'k'))).toMatchObject({ result: 'replayed' });
  });

  it('forgets requests that are older than anyone asks for, and no others', async () => {
    const rows = new SimulatedRows(() => 'answered');
    const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
    const { ledger } = replicaOf(rows, 30, () => clock.now);
    for (const key of ['old', 'recent']) {
      await insist(ledger, charge('ada', key));
      await ledger.eachShard((shard) => shard.settle());
      clock.now += 24 * 60 * 60 * 1000;
    }
    expect(await ledger.store.forgetOldRequests(clock.now)).toBe(1);
    expect(await insist(ledger, charge('ada', 'recent'))).toMatchObject({ result: 'replayed' });
    expect(await insist(ledger, charge('ada', 'old'))).toMatchObject({ result: 'done' });
  });

  it('shows a statement page by page, across the journal and what was settled', async () => {
    const rows = new SimulatedRows(() => 'answered');
    const { ledger } = replicaOf(rows, 5_000);
    await insist(ledger, { type: 'purchase', account: 'ada', tokens: 1_000 });
    for (let index = 0; index < 250; index++) {
      await insist(ledger, charge('ada', `k${index}`));
      if (index === 120 || index === 200) await ledger.eachShard((shard) => shard.settle());
    }
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = await ledger.statement('ada', { limit: 17, ...(before === undefined ? {} : { before }) });
      seen.push(...page.movements.map(({ seq }) => seq));
      before = page.before;
    } while (before !== undefined);
    expect(seen).toEqual(Array.from({ length: 252 }, (_, index) => 252 - index));
  });

  it('gives back a charge without a key that turns out to be stored after its caller was told otherwise', async () => {
    const fates: Fate[] = ['answered', 'late', ...Array<Fate>(40).fill('refused')];
    const rows = new SimulatedRows(() => fates.shift() ?? 'answered');
    const { ledger, compensations } = replicaOf(rows, 100);
    expect(await ledger.balance('ada')).toBe(10);
    const spend: Command = { type: 'charge', account: 'ada', tokens: 4, answer: 'meme' };
    await expect(ledger.execute(spend)).rejects.toThrow(OutcomeUnknownError);
    rows.strayArrives();
    fates.length = 0;
    expect(await ledger.balance('ada')).toBe(6);
    await expect.poll(() => compensations.pending).toBe(0);
    expect(await ledger.balance('ada')).toBe(10);
  });
});

const anyFate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('answered') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('answer lost', 'request lost', 'late', 'refused') },
);
const anySpend = fc.record({
  replica: fc.integer({ min: 0, max: 1 }),
  account: fc.constantFrom('ada', 'bob', 'eve'),
  key: fc.integer({ min: 0, max: 12 }),
  kind: fc.constantFrom('charge', 'purchase', 'settle', 'stray'),
});

describe('whatever the network loses, delivers late or refuses', () => {
  it('no token is lost, none spent or metered twice, and the books add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFate, { maxLength: 60 }),
        fc.array(anySpend, { minLength: 5, maxLength: 40 }),
        async (fates, steps) => {
          const rows = new SimulatedRows(() => fates.shift() ?? 'answered');
          const replicas = [replicaOf(rows), replicaOf(rows)];
          const charged = new Set<string>();
          const bought = new Set<string>();
          const carryOut = async ({ replica, account, key, kind }: (typeof steps)[number]): Promise<void> => {
            const { ledger } = replicas[replica]!;
            if (kind === 'stray') rows.strayArrives();
            if (kind === 'settle') await ledger.eachShard((shard) => shard.settle()).catch(() => undefined);
            if (kind === 'charge') {
              const { result } = await insist(ledger, charge(account, `c${key}`, 2));
              if (result === 'done' || result === 'replayed') charged.add(`${account} ${key}`);
            }
            if (kind === 'purchase') {
              const request = { key: `p${key}`, fingerprint: 'f' };
              await insist(ledger, { type: 'purchase', account, tokens: 3, request });
              bought.add(`${account} ${key}`);
            }
          };
          await Promise.all(steps.map(carryOut));
          fates.length = 0;
          for (let index = 0; index < 100; index++) rows.strayArrives();
          const { ledger } = replicas[0]!;
          for (const account of ['ada', 'bob', 'eve']) {
            const of = (all: Set<string>): number =>
              [...all].filter((name) => name.startsWith(account)).length;
            expect(await ledger.balance(account)).toBe(10 + 3 * of(bought) - 2 * of(charged));
          }
          const report = await checkLedger(ledger);
          expect(report.faults).toEqual([]);
          expect(report.house).toEqual({ issued: report.sums.issued, revenue: report.sums.revenue });
          expect(rows.metered).toBe(report.sums.revenue);
        },
      ),
      { numRuns: 40 },
    );
  });
});
