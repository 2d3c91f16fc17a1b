import { setTimeout as wait } from 'node:timers/promises';
import type { Bigtable, protos } from '@google-cloud/bigtable';
import { RowAssembler, type CellChunk, type StoredRow } from './row-assembler.js';
import type { TokenFile } from './token-file.js';

/** The writes of the data API: request and answer. */
interface Writes {
  readModifyWriteRow: [
    protos.google.bigtable.v2.IReadModifyWriteRowRequest,
    protos.google.bigtable.v2.IReadModifyWriteRowResponse,
  ];
  checkAndMutateRow: [
    protos.google.bigtable.v2.ICheckAndMutateRowRequest,
    protos.google.bigtable.v2.ICheckAndMutateRowResponse,
  ];
  mutateRow: [protos.google.bigtable.v2.IMutateRowRequest, protos.google.bigtable.v2.IMutateRowResponse];
}

/** gRPC's UNAVAILABLE: for a read, nothing has happened. */
const unavailable = 14;
const firstRetryMs = 25;

export interface ClientOptions {
  /** `host:port` of the data gateway. */
  readonly endpoint: string;
  readonly project: string;
  readonly instance: string;
  readonly tokenFile: TokenFile;
  readonly deadlineMs: number;
}

/**
 * The stock Bigtable client, loaded when it is first needed: it takes a pod 300 ms and 50 MB, and a pod may never need it. Its generated calls
 * are used and not its row objects, which lose numbers beyond 2^53 and qualifiers that are not UTF-8.
 */
export class LazyClient {
  #client: Promise<Bigtable> | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** The full name of a table. */
  tableName(id: string): string {
    return `projects/${this.options.project}/instances/${this.options.instance}/tables/${id}`;
  }

  /** Makes a write once, without retries. */
  async write<M extends keyof Writes>(method: M, reqOpts: Writes[M][0]): Promise<Writes[M][1]> {
    const [client, gaxOpts] = await Promise.all([this.#load(), this.#callOptions(this.options.deadlineMs)]);
    return new Promise((resolve, reject) => {
      client.request<Writes[M][1]>(
        { client: 'BigtableClient', method, reqOpts, gaxOpts },
        (error, response) => {
          if (error) reject(error);
          else resolve(response ?? {});
        },
      );
    });
  }

  /** Reads rows; tries again while the gateway is unavailable, until the deadline. */
  async read(request: protos.google.bigtable.v2.IReadRowsRequest): Promise<StoredRow[]> {
    const deadline = performance.now() + this.options.deadlineMs;
    for (let delay = firstRetryMs; ; delay *= 2) {
      try {
        return await this.#readOnce(request, Math.max(1, deadline - performance.now()));
      } catch (error) {
        const again = error instanceof Error && 'code' in error && error.code === unavailable;
        if (!again || performance.now() + delay > deadline) throw error;
        await wait(delay);
      }
    }
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  async #readOnce(
    reqOpts: protos.google.bigtable.v2.IReadRowsRequest,
    timeoutMs: number,
  ): Promise<StoredRow[]> {
    const [client, gaxOpts] = await Promise.all([this.#load(), this.#callOptions(timeoutMs)]);
    const stream = client.request<unknown>({
      client: 'BigtableClient',
      method: 'readRows',
      reqOpts,
      gaxOpts,
      retryOpts: { shouldRetryFn: () => false },
    });
    const assembler = new RowAssembler();
    const rows: StoredRow[] = [];
    for await (const response of stream) {
      for (const chunk of chunksOf(response)) {
        const row = assembler.push(chunk);
        if (row) rows.push(row);
      }
    }
    return rows;
  }

  /** A fresh object each time, since the client writes into it. The client has no other way for a header on an insecure channel. */
  async #callOptions(
    timeout: number,
  ): Promise<{ timeout: number; retry: null; otherArgs: { headers: Record<string, string> } }> {
    return {
      timeout,
      retry: null,
      otherArgs: { headers: { authorization: await this.options.tokenFile.authorization() } },
    };
  }

  #load(): Promise<Bigtable> {
    return (this.#client ??= this.#create());
  }

  async #create(): Promise<Bigtable> {
    // The pod's token is the gateway's, not Google's: without this the client looks for a metadata server first.
    process.env['METADATA_SERVER_DETECTION'] ??= 'none';
    const { Bigtable } = await import('@google-cloud/bigtable');
    return new Bigtable({
      projectId: this.options.project,
      apiEndpoint: this.options.endpoint,
      metricsEnabled: false,
    });
  }
}

function chunksOf(response: unknown): CellChunk[] {
  if (typeof response !== 'object' || response === null || !('chunks' in response)) return [];
  return Array.isArray(response.chunks) ? response.chunks.filter(isChunk) : [];
}

/** The client decodes by the API's own schema, so an object here is a chunk. */
function isChunk(value: unknown): value is CellChunk {
  return typeof value === 'object' && value !== null;
}
