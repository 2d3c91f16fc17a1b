import pg from 'pg';
import { pino } from 'pino';
import { hostProgram, type LanguageHost } from './language-host.js';
import type { LoadedModules } from './modules.js';
import type { Closed, Opened, OpenRun } from './protocol.js';

interface CurrentRun {
  readonly runId: string;
  readonly language: LanguageHost;
  closeProviders(): Promise<void>;
}

/** The one run that this process hosts at a time. */
export class RunHost {
  readonly #log = pino({ name: 'stack-runner' });
  readonly #pools = new Map<string, pg.Pool>();
  #current: CurrentRun | undefined;

  constructor(private readonly modules: LoadedModules) {}

  async open({ runId, program, providers }: OpenRun): Promise<Opened> {
    if (this.#current) throw new Error(`The run ${this.#current.runId} is still open in this process.`);
    const definition = this.modules.programs[program.name];
    if (!definition) throw new Error(`There is no stack program "${program.name}".`);
    const input = definition.inputSchema.parse(program.input);
    const cloud = await this.modules.startProviders({
      ...providers,
      pool: this.#pool(providers.databaseUrl),
      runId,
      log: this.#log,
    });
    const language = await hostProgram(this.modules.LanguageServer, () => definition.run(input));
    this.#current = { runId, language, closeProviders: () => cloud.close() };
    return { type: 'opened', runId, languagePort: language.port, debugProviders: cloud.debugProviders };
  }

  /** After this nothing that the run's CLI still asks for has an effect. */
  async close(runId: string): Promise<Closed> {
    const run = this.#current;
    if (run?.runId !== runId) return { type: 'closed', runId };
    run.language.close();
    await run.closeProviders();
    this.#current = undefined;
    const programMs = run.language.programMs();
    return { type: 'closed', runId, ...(programMs === undefined ? {} : { programMs }) };
  }

  async stop(): Promise<void> {
    if (this.#current) await this.close(this.#current.runId);
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
  }

  /** Connections live as long as the process: opening one costs more than most calls. */
  #pool(databaseUrl: string): pg.Pool {
    const known = this.#pools.get(databaseUrl);
    if (known) return known;
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 8,
      application_name: 'leasehold stack-runner',
      // No write outlives a run that was given up by more than this.
      statement_timeout: 10_000,
    });
    pool.on('error', (error) => this.#log.warn({ err: error }, 'a database connection was lost'));
    this.#pools.set(databaseUrl, pool);
    return pool;
  }
}
