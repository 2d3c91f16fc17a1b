import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';

/** Class of the advisory locks that say "this worker lives"; `leasehold.worker_is_alive` looks for the same number. */
const lifeLockClass = 7_327_002;
const reconnectMs = 200;

/**
 * A worker's own connection, apart from every pool: it holds the worker's sign of life (a shared advisory lock, which the
 * database drops with the process), renews the leases even when the pools are busy, and hears of cancels at once.
 */
export class WorkerSession {
  /** Name of this worker in the leases: `worker:<number>`. */
  readonly holder: string;
  private readonly number = randomInt(1, 2 ** 31 - 1);
  private client: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly log: Logger,
    private readonly onControl: (operationId: string) => void,
  ) {
    this.holder = `worker:${this.number}`;
  }

  async start(): Promise<void> {
    await this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.connecting?.catch(() => undefined);
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  /** Rows of one statement. @throws when the connection is gone; a new one is on its way then. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    await this.connecting;
    if (!this.client) throw new Error('The connection of the worker to the database is gone.');
    return (await this.client.query<Row>(sql, values)).rows;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: `leasehold ${this.holder}`,
      keepAlive: true,
      query_timeout: 5_000,
    });
    client.on('notification', ({ payload }) => {
      if (payload) this.onControl(payload);
    });
    client.on('error', (error) => {
      this.log.warn({ err: error }, 'the connection of the worker to the database broke');
      this.reconnect(client);
    });
    client.on('end', () => {
      this.reconnect(client);
    });
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1, $2)', [lifeLockClass, this.number]);
    await client.query('listen operation_control');
    this.client = client;
  }

  private reconnect(broken: pg.Client): void {
    if (this.stopped || this.client !== broken) return;
    this.client = undefined;
    broken.end().catch(() => undefined);
    this.connecting = this.connectUntilItWorks().finally(() => (this.connecting = undefined));
  }

  private async connectUntilItWorks(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.connect();
        return;
      } catch (error) {
        this.log.warn({ err: error }, 'no connection of the worker to the database yet');
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    }
  }
}
