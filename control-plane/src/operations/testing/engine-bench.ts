import pg from 'pg';
import pino from 'pino';
import { Outbox } from '../../events/outbox.js';
import { closeDatabases, connectDatabases, type Databases } from '../../platform/database.js';
import { newId } from '../../platform/ids.js';
import { systemContext, type Ctx } from '../../platform/request-context.js';
import { UnitOfWork } from '../../platform/unit-of-work.js';
import { buildEngine, type Engine, type EngineTerms } from '../engine.js';
import type { Operation } from '../operation.js';
import { isLive } from '../operation.js';
import type { RequestedEvent } from '../operation-states.js';
import { SagaRegistry, type Saga } from '../saga.js';
import { fixtureSaga, worldSchema, type World } from './fixture-saga.js';

/** Short terms, so that what takes seconds in the field takes a fraction of one in a test. */
export const quickTerms: Partial<EngineTerms> = {
  lease: { ttlMs: 1_000, silenceMs: 200 },
  step: {
    maxAttempts: 4,
    timeoutMs: 20_000,
    graceMs: 500,
    progressMs: 20,
    backoff: { firstMs: 5, longestMs: 20 },
  },
  reconcileMs: 100,
  concurrency: 4,
};

export interface Urls {
  readonly appUrl: string;
  readonly platformUrl: string;
}

export interface BenchOptions {
  readonly terms?: Partial<EngineTerms>;
  readonly sagas?: (world: World) => readonly Saga[];
  /** False: operations are started and steered, and run by somebody else. */
  readonly works?: boolean;
  readonly onEnd?: (operationId: string, end: string) => void;
}

/** An engine over a real database, with the fixture's saga and its world. */
export class EngineBench {
  private constructor(
    readonly databases: Databases,
    readonly pool: pg.Pool,
    readonly uow: UnitOfWork,
    readonly engine: Engine,
    readonly ctx: Ctx,
    private readonly works: boolean,
  ) {}

  static async open(urls: Urls, options: BenchOptions = {}): Promise<EngineBench> {
    const log = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
    const databases = await connectDatabases({ app: urls.appUrl, platform: urls.platformUrl });
    const pool = new pg.Pool({ connectionString: urls.platformUrl, max: 5 });
    pool.on('error', () => undefined);
    const uow = new UnitOfWork(databases);
    const sagas = new SagaRegistry().register(
      ...(options.sagas ?? ((world) => [fixtureSaga(world)]))(worldOf(pool)),
    );
    const terms = { ...quickTerms, ...options.terms };
    const engine = buildEngine(
      { uow, url: urls.platformUrl, sagas, outbox: new Outbox(), log, terms },
      { works: options.works ?? true },
    );
    const bench = new EngineBench(
      databases,
      pool,
      uow,
      engine,
      systemContext('test', log),
      options.works ?? true,
    );
    const { onEnd } = options;
    if (onEnd) tellEnds(engine, onEnd);
    await engine.queue.start();
    if (options.works ?? true) await engine.worker.start();
    return bench;
  }

  async close(): Promise<void> {
    if (this.works) await this.engine.worker.stop();
    await this.engine.queue.stop();
    await this.pool.end();
    await closeDatabases(this.databases);
  }

  start(input: Record<string, string | number | boolean>, subject = newId('ten')): Promise<Operation> {
    return this.uow.run(this.ctx, (tx) =>
      this.engine.service.start(this.ctx, tx, { kind: 'tenant.create', subject, tenantId: null, input }),
    );
  }

  /** Asks for a cancel, resume or rollback, as a request does. */
  ask(event: RequestedEvent, id: string): Promise<Operation> {
    return this.uow.run(this.ctx, (tx) => this.engine.service[event](this.ctx, tx, id));
  }

  get(id: string): Promise<Operation> {
    return this.engine.service.get(this.ctx, id);
  }

  /** The operation once it has ended. */
  ended(id: string): Promise<Operation> {
    return until(`operation ${id} to end`, async () => {
      const operation = await this.get(id);
      return isLive(operation.state) ? undefined : operation;
    });
  }

  /** The operation once one of its steps has made its effect and waits there. */
  waitingAt(id: string, step: string): Promise<Operation> {
    return until(`operation ${id} to run ${step}`, async () => {
      const operation = await this.get(id);
      const running = operation.steps.find(({ name }) => name === step)?.state === 'running';
      const [effect] = await this.query(
        `select 1 from fixture.effects where step = $2
         and name = (select input->>'name' from leasehold.operations where id = $1)`,
        [id, step],
      );
      return running && effect ? operation : undefined;
    });
  }

  async go(name: string): Promise<void> {
    await this.query('insert into fixture.signals values ($1) on conflict do nothing', [name]);
  }

  async query<Row extends pg.QueryResultRow = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, values)).rows;
  }
}

function tellEnds({ runner }: Engine, onEnd: (operationId: string, end: string) => void): void {
  const run = runner.run.bind(runner);
  runner.run = async (operationId) => {
    const end = await run(operationId);
    onEnd(operationId, end);
    return end;
  };
}

export async function makeWorld(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(worldSchema);
  await client.end();
}

export function worldOf(pool: pg.Pool): World {
  return {
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
  };
}

/** What `probe` answers, as soon as it answers something; polls every 10 ms. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  deadlineMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${deadlineMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
