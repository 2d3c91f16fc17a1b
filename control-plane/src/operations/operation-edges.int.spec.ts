import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Outbox } from '../events/outbox.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Ledger } from './ledger.js';
import { LeasesRepository } from './leases.repository.js';
import { isLive, operationStates, type OperationState } from './operation.js';
import {
  nextOperationState,
  operationEvents,
  operationTransitions,
  refusal,
  type OperationEvent,
  type RequestedEvent,
} from './operation-states.js';
import { OperationsRepository } from './operations.repository.js';
import { EngineBench, makeWorld, quickTerms } from './testing/engine-bench.js';

const requests = ['cancel', 'resume', 'rollback', 'approve', 'reject'] as const satisfies RequestedEvent[];
const reports = operationEvents.filter(
  (event): event is Exclude<OperationEvent, RequestedEvent> => !requests.some((asked) => asked === event),
);

let db: TestDatabase;
let bench: EngineBench;
let ledger: Ledger;
beforeAll(async () => {
  db = await testDatabase();
  await makeWorld(db.ownerUrl);
  bench = await EngineBench.open(db, { works: false });
  const { uow, engine } = bench;
  const leases = new LeasesRepository(quickTerms.lease ?? { ttlMs: 1_000, silenceMs: 200 });
  ledger = new Ledger(
    uow,
    new OperationsRepository(),
    leases,
    new CheckpointsRepository(),
    engine.queue,
    new Outbox(),
    'the worker of this test',
  );
});
afterAll(async () => {
  await bench.close();
  await db.drop();
});

let count = 0;

/** An operation in a state, as the row stands after what led there. */
async function operationIn(state: OperationState, rollbackRequested = false): Promise<string> {
  const { id } = await bench.start({ name: `edge-${count++}` });
  await bench.query(
    `update leasehold.operations set state = $2, ended_at = case when $3 then null else now() end,
       rollback_requested_at = case when $4 then now() end where id = $1`,
    [id, state, isLive(state), rollbackRequested],
  );
  return id;
}

const stateOf = async (id: string): Promise<string> => (await bench.get(id)).state;

describe('what a caller asks of an operation', () => {
  const pairs = operationStates.flatMap((from) => requests.map((event) => ({ from, event })));

  test.each(pairs)('$event while it is $from', async ({ from, event }) => {
    const id = await operationIn(from);
    const to = nextOperationState(from, event, false);
    if (to) expect((await bench.ask(event, id)).state).toBe(to);
    else {
      await expect(bench.ask(event, id)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'state_does_not_allow',
        publicMessage: refusal(from, event),
      });
    }
    expect(await stateOf(id)).toBe(to ?? from);
  });
});

describe('what a worker reports of an operation', () => {
  test.each(operationStates)('it takes one that is %s only where the table says so', async (from) => {
    const id = await operationIn(from);
    const taken = await ledger.take(bench.ctx, id);
    const to = nextOperationState(from, 'take', false);
    if (to) expect(taken).toMatchObject({ operation: { id, state: to } });
    else expect(taken).toBe('ended');
    expect(await stateOf(id)).toBe(to ?? from);
  });

  const edges = operationTransitions.filter(
    ({ event }) => event !== 'take' && reports.some((report) => report === event),
  );
  test.each(edges)('$event in $from leads to $to', async ({ from, to, rollbackRequested }) => {
    const id = await operationIn('queued', rollbackRequested);
    const taken = await ledger.take(bench.ctx, id);
    if (typeof taken === 'string') throw new Error(`it was not taken: ${taken}`);
    await bench.query('update leasehold.operations set state = $2 where id = $1', [id, from]);
    const { lease, operation } = taken;
    const written = await ledger.checkpoint(bench.ctx, lease, operation, { operation: { from, to } });
    expect(written.state).toBe(to);
    expect(await stateOf(id)).toBe(to);
  });

  test('a report of a state that a caller has changed meanwhile is decided again, never written over it', async () => {
    const id = await operationIn('queued');
    const taken = await ledger.take(bench.ctx, id);
    if (typeof taken === 'string') throw new Error(`it was not taken: ${taken}`);
    await bench.ask('cancel', id);
    const { lease, operation } = taken;
    const late = ledger.checkpoint(bench.ctx, lease, operation, {
      operation: { from: 'running', to: 'succeeded' },
    });
    await expect(late).rejects.toThrow(/running/);
    expect(await stateOf(id)).toBe('cancelling');
  });
});
