import { z } from 'zod';

/** The data gateway did not do what it was asked; the message says what it answered. */
export class GatewayAdminError extends Error {
  override readonly name = 'GatewayAdminError';
}

/** Some rows of a client as lines, and where the next ones begin; undefined behind the last. */
export interface ArchivePage {
  readonly lines: Buffer;
  readonly next: string | undefined;
}

const usageAnswer = z.object({
  until: z.coerce.date(),
  hours: z.array(
    z.object({
      prefix: z.string(),
      hour: z.coerce.date(),
      calls: z.number(),
      rowsRead: z.number(),
      bytesRead: z.number(),
      rowsWritten: z.number(),
      bytesWritten: z.number(),
      tokens: z.number(),
    }),
  ),
});
/** What the pods of one prefix did in one hour. */
export type DataUsage = z.output<typeof usageAnswer>['hours'][number];
/** Counts of pods, and the moment up to which they are, by the gateway's clock. */
export type CountedData = z.output<typeof usageAnswer>;

const migrationProgress = z.object({ done: z.boolean(), rows: z.number(), changed: z.number() });
/** How far a migration is with a prefix: rows that it has seen and changed. */
export type MigrationProgress = z.output<typeof migrationProgress>;

const migrationStates = z.object({
  migrations: z.array(
    z.object({
      id: z.string(),
      description: z.string(),
      state: z.enum(['not_begun', 'under_way', 'done']),
      rows: z.number(),
      changed: z.number(),
      at: z.string().nullable(),
    }),
  ),
});
/** How far a migration is with a prefix, and since when. */
export type MigrationState = z.output<typeof migrationStates>['migrations'][number];

/** Dropping the rows of a large client takes a while. */
const eraseTimeoutMs = 300_000;
const proveTimeoutMs = 60_000;
const archiveTimeoutMs = 120_000;

/** The part of the data gateway's admin surface that takes a client's data out, brings it back, and ends it. */
export class GatewayAdminClient {
  constructor(
    private readonly url: string,
    private readonly token: () => Promise<string>,
  ) {}

  async erase(prefix: string): Promise<{ deleted: boolean }> {
    const answer = await this.call(prefix, { method: 'DELETE' }, eraseTimeoutMs);
    return z.object({ deleted: z.boolean() }).parse(await answer.json());
  }

  async isEmpty(prefix: string): Promise<boolean> {
    const answer = await this.call(prefix, { method: 'GET' }, proveTimeoutMs);
    return z.object({ empty: z.boolean() }).parse(await answer.json()).empty;
  }

  /** The rows behind a place, or the first ones. */
  async readRows(prefix: string, after: string | undefined): Promise<ArchivePage> {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    const answer = await this.call(`${prefix}/rows${query}`, { method: 'GET' }, archiveTimeoutMs);
    const lines = Buffer.from(await answer.arrayBuffer());
    return { lines, next: answer.headers.get('leasehold-next') ?? undefined };
  }

  /** Makes each row exactly what its line says. */
  async writeRows(prefix: string, lines: Buffer): Promise<void> {
    await this.call(`${prefix}/rows`, { method: 'POST', body: new Uint8Array(lines) }, archiveTimeoutMs);
  }

  /** Does the next page of a migration of the prefix's rows. */
  async migrateRows(prefix: string, migration: string): Promise<MigrationProgress> {
    const path = `${prefix}/migrations/${encodeURIComponent(migration)}`;
    const answer = await this.call(path, { method: 'POST' }, archiveTimeoutMs);
    return migrationProgress.parse(await answer.json());
  }

  /** How far each migration is with the prefix's rows, in their order. */
  async migrations(prefix: string): Promise<readonly MigrationState[]> {
    const answer = await this.call(`${prefix}/migrations`, { method: 'GET' }, proveTimeoutMs);
    return migrationStates.parse(await answer.json()).migrations;
  }

  /** Counts from the hour of a moment on, up to now. */
  async usage(since: Date): Promise<CountedData> {
    const path = `/admin/v1/usage?since=${encodeURIComponent(since.toISOString())}`;
    const answer = await this.ask(path, { method: 'GET' }, proveTimeoutMs);
    return usageAnswer.parse(await answer.json());
  }

  /** What a prefix holds now; the rows are read for it. */
  async stored(prefix: string): Promise<{ rows: number; bytes: number }> {
    const answer = await this.call(`${prefix}/stored`, { method: 'GET' }, archiveTimeoutMs);
    return z.object({ rows: z.number(), bytes: z.number() }).parse(await answer.json());
  }

  private call(
    path: string,
    init: { method: string; body?: Uint8Array<ArrayBuffer> },
    timeoutMs: number,
  ): Promise<Response> {
    return this.ask(`/admin/v1/prefixes/${path}`, init, timeoutMs);
  }

  private async ask(
    path: string,
    init: { method: string; body?: Uint8Array<ArrayBuffer> },
    timeoutMs: number,
  ): Promise<Response> {
    const url = new URL(path, this.url);
    const headers = { authorization: `Bearer ${await this.token()}` };
    let answer: Response;
    try {
      answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      throw new GatewayAdminError(`the data gateway at ${this.url} did not answer`, { cause });
    }
    if (answer.ok) return answer;
    const text = (await answer.text()).slice(0, 300);
    throw new GatewayAdminError(`the data gateway answered ${answer.status}: ${text}`);
  }
}
