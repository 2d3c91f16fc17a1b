import pg from 'pg';
import { z } from 'zod';
import type { Share } from '../shares/share.js';

/** The live row-key prefix of a tenant. */
export interface LivePrefix {
  readonly prefix: string;
  readonly tenantId: string;
  /** Nothing when the plan does not say. */
  readonly share?: Share;
}

/** Where the gateway looks up whose rows a pod may touch. */
export interface PrefixDirectory {
  /** @throws Error when the directory does not answer. */
  start(): Promise<void>;
  /** The answer that is known without asking: the prefix, `null` for none, `undefined` when {@link find} must be asked. */
  recall(namespace: string): LivePrefix | null | undefined;
  /** The live prefix of a namespace. @throws Error when the directory does not answer. */
  find(namespace: string): Promise<LivePrefix | null>;
  /** Forgets what it knows, so that the next look is fresh. */
  refresh(): void;
  close(): Promise<void>;
}

const amount = z.number().positive();
const rows = z.array(
  z.object({
    prefix: z.string().regex(/^[0-9a-hjkmnp-tv-z]{10}$/),
    tenant_id: z.string(),
    share: z.object({ callsPerSecond: amount, bytesPerSecond: amount, weight: amount }).nullable(),
  }),
);

/** How long answers stay valid while the connection that tells of changes is lost. */
const graceMs = 30_000;
const probeMs = 10_000;
const reconnectMs = 250;

/**
 * The prefixes and shares of tenants by their namespace, from Postgres. Answers are kept until Postgres says that a prefix or a tenant's
 * plan changed; when it cannot say so any more, for half a minute.
 */
export class PrefixRegistry implements PrefixDirectory {
  readonly #pool: pg.Pool;
  readonly #known = new Map<string, LivePrefix | undefined>();
  #listener: pg.Client | undefined;
  #generation = 0;
  #lostAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly databaseUrl: string,
    /** A prefix is live in the gateway of its tenant's cell alone. */
    private readonly cell: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#pool = new pg.Pool({
      connectionString: databaseUrl,
      max: 4,
      connectionTimeoutMillis: 5000,
      statement_timeout: 5000,
      application_name: 'data-gateway',
    });
    this.#pool.on('error', onError);
  }

  /** Connects. @throws Error when Postgres does not answer. */
  async start(): Promise<void> {
    await this.#listen();
  }

  /** The answer that is known without asking: the prefix, `null` for none, `undefined` when Postgres must be asked. */
  recall(namespace: string): LivePrefix | null | undefined {
    if (this.#lostAt !== undefined && Date.now() - this.#lostAt > graceMs) this.#forget();
    if (!this.#known.has(namespace)) return undefined;
    return this.#known.get(namespace) ?? null;
  }

  /** The live prefix of a namespace. @throws Error when Postgres does not answer. */
  async find(namespace: string): Promise<LivePrefix | null> {
    const known = this.recall(namespace);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const found = await this.#read(namespace).catch(() => this.#read(namespace));
    if (found.length > 1)
      throw new Error(`The namespace ${namespace} has more than one live row-key prefix.`);
    const answer = found[0] && livePrefix(found[0]);
    if (generation === this.#generation && this.#lostAt === undefined) this.#known.set(namespace, answer);
    return answer ?? null;
  }

  /** A pooled connection may have been cut while nobody used it, which only its next query shows: hence the second try above. */
  async #read(namespace: string): Promise<z.output<typeof rows>> {
    const result = await this.#pool.query(
      `select p.prefix, p.tenant_id, plan.spec -> 'data' as share
       from leasehold.row_key_prefixes p
       left join leasehold.tenants t on t.id = p.tenant_id
       left join leasehold.plans plan on plan.name = t.plan
       where p.namespace = $1 and p.cell = $2 and p.state = 'live' limit 2`,
      [namespace, this.cell],
    );
    return rows.parse(result.rows);
  }

  refresh(): void {
    this.#forget();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#listener?.end().catch(() => undefined);
    await this.#pool.end();
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
      application_name: 'data-gateway listen',
    });
    client.on('notification', () => this.#forget());
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    this.#listener = client;
    try {
      await client.connect();
      await client.query('listen row_key_prefixes');
    } catch (error) {
      this.#listener = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#lostAt = undefined;
    this.#forget();
    this.#schedule(() => this.#probe(client), probeMs);
  }

  /** A connection can be dead without a word; a question shows it. */
  async #probe(client: pg.Client): Promise<void> {
    try {
      await client.query('select 1');
      if (this.#listener === client) this.#schedule(() => this.#probe(client), probeMs);
    } catch {
      this.#lost(client);
    }
  }

  #lost(client: pg.Client): void {
    if (this.#listener !== client || this.#closed) return;
    this.#listener = undefined;
    this.#lostAt ??= Date.now();
    void client.end().catch(() => undefined);
    this.#schedule(() => this.#reconnect(), reconnectMs);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#listen();
    } catch (error) {
      this.onError(error);
      this.#schedule(() => this.#reconnect(), reconnectMs);
    }
  }

  #schedule(work: () => Promise<void>, afterMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void work(), afterMs).unref();
  }

  #forget(): void {
    this.#generation++;
    this.#known.clear();
  }
}

function livePrefix({ prefix, tenant_id: tenantId, share }: z.output<typeof rows>[number]): LivePrefix {
  return { prefix, tenantId, ...(share && { share }) };
}
