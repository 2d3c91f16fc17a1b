import type { QueryResultRow } from 'pg';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.js';
import { rows } from '../../platform/unit-of-work.js';
import { defineSaga, type Saga, type SagaStep, type StepWork } from '../saga.js';

/** Steps of the fixture, in order; `record` is one that only writes rows of the domain. */
export const fixtureSteps = ['reserve', 'apply', 'publish', 'record', 'activate'] as const;

/** What a test tells the fixture to do, in the operation's input: it reaches workers in other processes as well. */
export const fixtureParameters = z.object({
  name: z.string(),
  failAt: z.string().optional(),
  /** Transient failures before the step of `failAt` succeeds; unset: it fails for good. */
  transientFailures: z.number().optional(),
  /** The step waits, after its effect, until the row `go` appears in `fixture.signals`. */
  waitAt: z.string().optional(),
  undoFailsAt: z.string().optional(),
  /** The undo waits, before its effect, until the row `undo <name>` appears. */
  undoWaitsAt: z.string().optional(),
  /** The waiting step does not listen to its signal. */
  deaf: z.boolean().optional(),
});
type Parameters = z.infer<typeof fixtureParameters>;

/** What the test sees of a step's doing, and the world that the steps change (rows that stand for cloud resources). */
export interface World {
  /** Outside any transaction of the engine, as a call to a cloud is. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** Tables of the fixture's world: `effects` is what exists now, `calls` every call with the epoch that made it. */
export const worldSchema = `
  create schema fixture;
  create table fixture.effects (name text, step text, epoch bigint, primary key (name, step));
  create table fixture.calls (id bigint generated always as identity, name text, step text, direction text, epoch bigint, at timestamptz default clock_timestamp());
  create table fixture.records (name text, step text, primary key (name, step));
  create table fixture.states (name text, state text, at timestamptz default clock_timestamp());
  create table fixture.signals (name text primary key);
  grant usage on schema fixture to leasehold_platform;
  grant all on all tables in schema fixture to leasehold_platform;
  grant usage on all sequences in schema fixture to leasehold_platform;`;

export function fixtureSaga(world: World): Saga {
  const step = (name: string): SagaStep<Parameters> => ({
    name,
    ...(name === 'record' || name === 'activate'
      ? {}
      : { act: (work) => doStep(world, name, work), undo: (work) => undoStep(world, name, work) }),
    ...(name === 'record' || name === 'activate'
      ? {
          record: async (tx, work) => {
            failIfTold(work.parameters, name, 0);
            await rows(tx, 'insert into fixture.records values ($1, $2) on conflict do nothing', [
              work.parameters.name,
              name,
            ]);
            return { recorded: true };
          },
          recordUndo: async (tx, work) => {
            await rows(tx, 'delete from fixture.records where name = $1 and step = $2', [
              work.parameters.name,
              name,
            ]);
          },
        }
      : {}),
  });
  return defineSaga({
    kind: 'tenant.create',
    parameters: fixtureParameters,
    steps: fixtureSteps.map(step),
    follow: async (tx, work, { to }) => {
      await rows(tx, 'insert into fixture.states (name, state) values ($1, $2)', [work.parameters.name, to]);
    },
  });
}

async function doStep(world: World, name: string, work: StepWork<Parameters>): Promise<{ made: string }> {
  const { parameters, lease, progress } = work;
  // Calls before this one: the statement does not see its own row.
  const calls = await world.query<{ n: string }>(
    `with call as (insert into fixture.calls (name, step, direction, epoch) values ($1, $2, 'do', $3) returning 1)
     select count(*) as n from fixture.calls, call where name = $1 and step = $2 and direction = 'do'`,
    [parameters.name, name, lease.epoch],
  );
  progress.say(`making ${name}`);
  progress.change({ name, type: 'fixture', op: 'create', phase: 'started' });
  await world.query(`insert into fixture.effects values ($1, $2, $3) on conflict (name, step) do nothing`, [
    parameters.name,
    name,
    lease.epoch,
  ]);
  progress.count({ created: 1, updated: 0, deleted: 0, same: 0 });
  progress.change({ name, type: 'fixture', op: 'create', phase: 'done' });
  failIfTold(parameters, name, Number(calls[0]?.n ?? 0));
  if (parameters.waitAt === name) await waitForGo(world, work, parameters.name);
  return { made: `${parameters.name}/${name}` };
}

async function undoStep(world: World, name: string, work: StepWork<Parameters>): Promise<void> {
  const { parameters, lease } = work;
  await world.query(`insert into fixture.calls (name, step, direction, epoch) values ($1, $2, 'undo', $3)`, [
    parameters.name,
    name,
    lease.epoch,
  ]);
  if (parameters.undoFailsAt === name) {
    const go = await world.query('select 1 from fixture.signals where name = $1', [
      `undo ${parameters.name}`,
    ]);
    if (go.length === 0)
      throw new AppError('not_allowed', 'fixture_undo', { publicMessage: 'The undo was told to fail.' });
  }
  if (parameters.undoWaitsAt === name) await waitForGo(world, work, `undo ${parameters.name}`);
  await world.query('delete from fixture.effects where name = $1 and step = $2', [parameters.name, name]);
}

function failIfTold(parameters: Parameters, step: string, calls: number): void {
  if (parameters.failAt !== step) return;
  const { transientFailures } = parameters;
  if (transientFailures !== undefined && calls >= transientFailures) return;
  throw new AppError(transientFailures === undefined ? 'not_allowed' : 'unavailable', 'fixture_failed', {
    publicMessage: `The step ${step} was told to fail.`,
    resource: `urn:${step}`,
    retryable: transientFailures !== undefined,
  });
}

async function waitForGo(
  world: World,
  { parameters, signal }: StepWork<Parameters>,
  sign: string,
): Promise<void> {
  for (;;) {
    if (!parameters.deaf) signal.throwIfAborted();
    const go = await world.query('select 1 from fixture.signals where name = $1', [sign]);
    if (go.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
