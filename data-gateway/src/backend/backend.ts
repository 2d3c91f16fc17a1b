import { setTimeout as wait } from 'node:timers/promises';
import { GrpcError, unavailable } from '../grpc/grpc-error.js';
import type { Connection } from '../grpc/connection.js';
import type { DurableLog } from '../log/durable-log.js';
import type { RunningEmulator, StartEmulator } from './emulator.js';
import { replay } from './replay.js';
import type { InstanceTables } from './tables.js';

/** What the backend tells its operator. */
export interface BackendEvents {
  ready?(facts: { records: number; seconds: number; emulator: number | undefined }): void;
  lost?(): void;
  restartFailed?(error: unknown): void;
}

export interface BackendOptions {
  readonly startEmulator: StartEmulator;
  readonly tables: InstanceTables;
  readonly log: DurableLog;
  /** When no write is under way any more. */
  readonly drained: () => Promise<void>;
  readonly events?: BackendEvents;
}

/**
 * The emulator with the log's rows in it. When it is lost, calls are refused until it is started again and filled from the log: so what
 * callers see never contains a write that the log does not.
 */
export class Backend {
  readonly #stopping = new AbortController();
  #emulator: RunningEmulator | undefined;
  #restart: Promise<void> | undefined;

  constructor(private readonly options: BackendOptions) {}

  /** Starts the emulator and replays the log. @throws Error when either cannot be done. */
  async start(): Promise<void> {
    await this.#startOnce(true);
  }

  get serving(): boolean {
    return this.#emulator !== undefined;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** The connection for a call. @throws GrpcError UNAVAILABLE while there is none. */
  connection(): Connection {
    if (!this.#emulator)
      throw unavailable('Bigtable is being started; try again in a moment.', { nothingApplied: true });
    return this.#emulator.connection;
  }

  /** Gives up an emulator that does not answer, or whose state is in doubt. */
  suspect(connection: Connection): void {
    connection.destroy();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const emulator = this.#emulator;
    this.#emulator = undefined;
    await emulator?.stop();
    await this.#restart;
  }

  async #startOnce(first: boolean): Promise<void> {
    const { startEmulator, tables, log, events } = this.options;
    const from = performance.now();
    const emulator = await startEmulator(this.#stopping.signal);
    try {
      await tables.create(emulator.connection);
      if (!(await tables.empty(emulator.connection))) {
        if (first && log.pristine) throw new ForeignRowsError();
        await tables.clear(emulator.connection);
      }
      const records = await replay(emulator.connection, tables, first ? log.load() : log.records());
      events?.ready?.({ records, seconds: (performance.now() - from) / 1000, emulator: emulator.pid });
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    this.#emulator = emulator;
    emulator.connection.onClose(() => this.#lost(emulator));
  }

  #lost(emulator: RunningEmulator): void {
    if (this.#emulator !== emulator) return;
    this.#emulator = undefined;
    this.options.events?.lost?.();
    this.#restart = this.#startAgain(emulator);
  }

  async #startAgain(lost: RunningEmulator): Promise<void> {
    await lost.stop();
    await this.options.drained();
    await this.options.log.settle();
    while (!this.#stopped) {
      try {
        await this.#startOnce(false);
        return;
      } catch (error) {
        this.options.events?.restartFailed?.(error);
        await wait(500, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }
}

/** The emulator that was named holds rows of somebody else. */
export class ForeignRowsError extends GrpcError {
  constructor() {
    super(
      9,
      'The Bigtable emulator of BIGTABLE_EMULATOR_HOST already holds rows that this data folder does not know; start it empty, or unset the variable.',
    );
  }
}
