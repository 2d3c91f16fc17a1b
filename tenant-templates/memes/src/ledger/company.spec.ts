import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedCompany, type Member, type PeerFate } from '../testing/simulated-company.js';
import { SimulatedRows, type Fate } from '../testing/simulated-rows.js';
import { checkLedger } from './check-ledger.js';
import type { Command } from './command.js';
import { leaseMs } from './lease.js';
import { shardCount } from './ledger.js';

const spend = (account: string, tokens = 1): Command => ({ type: 'charge', account, tokens, answer: 'meme' });
const accounts = Array.from({ length: 40 }, (_, index) => `user-${index}`);

function companyOf(peerFates: PeerFate[] = [], fates: Fate[] = []) {
  const rows = new SimulatedRows(() => fates.shift() ?? 'answered');
  return { rows, company: new SimulatedCompany(rows, () => peerFates.shift() ?? 'answered') };
}

function spendAll(member: Member) {
  return Promise.all(accounts.map((account) => member.ledger.execute(spend(account))));
}

function conflictsOf(members: readonly Member[]): number {
  return members.reduce((sum, { ledger }) => sum + ledger.counts.conflicts, 0);
}

describe('replicas that share the shards', () => {
  it('leave each of them to one writer, so that none is outrun but where a shard changes hands', async () => {
    const { company } = companyOf();
    const members = [company.join(), company.join()];
    for (let round = 0; round < 5; round++) await Promise.all(members.map(spendAll));
    expect(conflictsOf(members)).toBeLessThanOrEqual(shardCount);
    expect(await members[1]!.ledger.balance('user-0')).toBe(0);
    expect((await checkLedger(members[0]!.ledger)).faults).toEqual([]);
  });

  it('share them evenly after a while', async () => {
    const { company } = companyOf();
    const [first, second] = [company.join(), company.join()];
    await spendAll(first);
    expect([first.ledger.leads, second.ledger.leads]).toEqual([4, 0]);
    for (let round = 0; round < 4; round++) {
      await spendAll(second);
      company.ahead += leaseMs / 2 - 100;
      await spendAll(first);
    }
    await Promise.all([first, second].map(spendAll));
    expect([first.ledger.leads, second.ledger.leads]).toEqual([2, 2]);
  });

  it('spend nothing twice when a leader has died before or after it has stored what was forwarded', async () => {
    const { company } = companyOf(['answer lost', 'lost', 'answer lost', 'lost']);
    const [leader, follower] = [company.join(), company.join()];
    await spendAll(leader);
    await spendAll(follower);
    company.kill(leader);
    company.ahead += 2 * leaseMs;
    await spendAll(follower);
    expect(follower.ledger.leads).toBe(4);
    for (const account of accounts) expect(await follower.ledger.balance(account)).toBe(7);
    expect((await checkLedger(follower.ledger)).faults).toEqual([]);
  });

  it('spend nothing twice when a leader wakes up with what another one has done meanwhile', async () => {
    const { company } = companyOf(Array<PeerFate>(4).fill('late'));
    const [leader, follower] = [company.join(), company.join()];
    await spendAll(leader);
    await spendAll(follower);
    await follower.ledger.eachShard((shard) => shard.settle());
    for (let index = 0; index < 4; index++) await company.strayArrives();
    for (const account of accounts) expect(await leader.ledger.balance(account)).toBe(8);
  });

  it('go on when one leaves: its shards are free at once', async () => {
    const { company } = companyOf();
    const [leader, follower] = [company.join(), company.join()];
    await spendAll(leader);
    await leader.ledger.leave();
    await spendAll(follower);
    expect([leader.ledger.leads, follower.ledger.leads]).toEqual([0, 4]);
    expect(conflictsOf([leader, follower])).toBe(0);
  });
});

describe('tokens that are held for a call whose pod has gone', () => {
  const hold = (account: string, ms: number): Command => ({
    type: 'hold',
    account,
    tokens: 3,
    hold: `of ${account}`,
    expiresAt: Date.now() + ms,
  });

  it.each([
    ['before', () => Promise.resolve()],
    ['after', (member: Member) => member.ledger.eachShard((shard) => shard.settle())],
  ])(
    'come back once they have expired, %s they were settled, without a command of the account',
    async (_, settled) => {
      const { company } = companyOf();
      const [first, second] = [company.join(), company.join()];
      for (const account of accounts)
        await first.ledger.execute(hold(account, account === 'user-7' ? 1e9 : 30_000));
      await settled(first);
      expect([await second.ledger.releaseExpired(), await first.ledger.releaseExpired()]).toEqual([0, 0]);
      company.kill(first);
      company.ahead += 60_000;
      expect(await second.ledger.releaseExpired()).toBe(accounts.length - 1);
      expect(await second.ledger.releaseExpired()).toBe(0);
      const { sums, faults } = await checkLedger(second.ledger);
      expect([sums.held, sums.balances, faults]).toEqual([3, accounts.length * 10 - 3, []]);
    },
  );
});

const anyFate = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fate>('answered') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('answer lost', 'request lost', 'late', 'refused') },
);
const anyPeerFate = fc.constantFrom<PeerFate>('answered', 'answered', 'answer lost', 'lost', 'late');
const anyStep = fc.record({
  member: fc.integer({ min: 0, max: 2 }),
  account: fc.constantFrom('ada', 'bob', 'eve'),
  kind: fc.constantFrom('charge', 'charge', 'charge', 'settle', 'stray', 'time'),
});

describe('whatever is lost between replicas and on the way to the rows', () => {
  it('a charge without a key is taken once if it was answered, and not at all if it was not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFate, { maxLength: 40 }),
        fc.array(anyPeerFate, { maxLength: 20 }),
        fc.array(anyStep, { minLength: 5, maxLength: 30 }),
        async (fates, peerFates, steps) => {
          const { rows, company } = companyOf(peerFates, fates);
          const members = [company.join(30), company.join(30), company.join(30)];
          const spent = new Map<string, number>();
          const carryOut = async ({ member, account, kind }: (typeof steps)[number]): Promise<void> => {
            const { ledger } = members[member]!;
            if (kind === 'time') company.ahead += leaseMs / 2;
            if (kind === 'settle') await ledger.eachShard((shard) => shard.settle()).catch(() => undefined);
            if (kind === 'stray') {
              rows.strayArrives();
              await company.strayArrives();
            }
            if (kind === 'charge' && (await isCharged(ledger.execute(spend(account)))))
              spent.set(account, (spent.get(account) ?? 0) + 1);
          };
          await Promise.all(steps.map(carryOut));
          fates.length = 0;
          peerFates.length = 0;
          for (let index = 0; index < 40; index++) {
            rows.strayArrives();
            await company.strayArrives();
          }
          const open = async (): Promise<number> => {
            for (const { ledger } of members) await ledger.eachShard((shard) => shard.refresh());
            return members.reduce(
              (sum, { ledger, compensations }) => sum + ledger.inDoubt + compensations.pending,
              0,
            );
          };
          await expect.poll(open, { timeout: 10_000, interval: 5 }).toBe(0);
          for (const account of ['ada', 'bob', 'eve'])
            expect(await members[0]!.ledger.balance(account)).toBe(10 - (spent.get(account) ?? 0));
          expect((await checkLedger(members[1]!.ledger)).faults).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});

/** Whether a charge was answered as done; an answer that it cannot be known is one that must be undone. */
async function isCharged(outcome: Promise<{ readonly result: string }>): Promise<boolean> {
  try {
    return (await outcome).result === 'done';
  } catch (error) {
    if (error instanceof OutcomeUnknownError || error instanceof DataUnavailableError) return false;
    throw error;
  }
}
