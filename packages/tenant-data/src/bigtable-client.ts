import type { Bigtable, protos } from '@google-cloud/bigtable';
import { RowAssembler, type CellChunk, type StoredRow } from './row-assembler.js';
import type { TokenFile } from './token-file.js';

/** The calls of the data API with one answer: request and answer. */
export interface UnaryCalls {
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

/** An entry of a `MutateRowsResponse` that was refused. */
export interface RefusedEntry {
  /** The place of the row in the request. */
  readonly index: number;
  readonly message: string;
}

export interface ClientOptions {
  /** `host:port` of the data gateway. */
  readonly endpoint: string;
  readonly project: string;
  readonly instance: string;
  readonly tokenFile: TokenFile;
}

/** The stock client waits up to two minutes before it tries to connect again; the gateway is near, and back in seconds. */
const reconnect = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 500 };

/**
 * The stock Bigtable client, loaded when it is first needed: it takes a pod 300 ms and 50 MB, and a pod may never need it. Its generated calls
 * are used and not its row objects, which lose numbers beyond 2^53 and qualifiers that are not UTF-8. Every call is made once.
 */
export class LazyClient {
  #client: Promise<Bigtable> | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** The full name of a table. */
  tableName(id: string): string {
    return `projects/${this.options.project}/instances/${this.options.instance}/tables/${id}`;
  }

  async unary<M extends keyof UnaryCalls>(
    method: M,
    reqOpts: UnaryCalls[M][0],
    timeoutMs: number,
  ): Promise<UnaryCalls[M][1]> {
    const [client, gaxOpts] = await Promise.all([this.#load(), this.#callOptions(timeoutMs)]);
    return new Promise((resolve, reject) => {
      client.request<UnaryCalls[M][1]>(
        { client: 'BigtableClient', method, reqOpts, gaxOpts },
        (error, response) => {
          if (error) reject(error);
          else resolve(response ?? {});
        },
      );
    });
  }

  async readRows(
    request: protos.google.bigtable.v2.IReadRowsRequest,
    timeoutMs: number,
  ): Promise<StoredRow[]> {
    const assembler = new RowAssembler();
    const rows: StoredRow[] = [];
    for await (const response of await this.#stream('readRows', request, timeoutMs)) {
      for (const chunk of listIn(response, 'chunks').filter(isChunk)) {
        const row = assembler.push(chunk);
        if (row) rows.push(row);
      }
    }
    return rows;
  }

  /** @returns the entries that were refused. */
  async mutateRows(
    request: protos.google.bigtable.v2.IMutateRowsRequest,
    timeoutMs: number,
  ): Promise<RefusedEntry[]> {
    const refused: RefusedEntry[] = [];
    for await (const response of await this.#stream('mutateRows', request, timeoutMs)) {
      for (const entry of listIn(response, 'entries').filter(isEntry)) {
        if (entry.status?.code)
          refused.push({ index: Number(entry.index ?? 0), message: entry.status.message ?? 'refused' });
      }
    }
    return refused;
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  async #stream(
    method: 'readRows' | 'mutateRows',
    reqOpts: object,
    timeoutMs: number,
  ): Promise<AsyncIterable<unknown>> {
    const [client, gaxOpts] = await Promise.all([this.#load(), this.#callOptions(timeoutMs)]);
    return client.request<unknown>({
      client: 'BigtableClient',
      method,
      reqOpts,
      gaxOpts,
      retryOpts: { shouldRetryFn: () => false },
    });
  }

  /** A fresh object each time, since the client writes into it. The client has no other way for a header on an insecure channel. */
  async #callOptions(
    timeoutMs: number,
  ): Promise<{ timeout: number; retry: null; otherArgs: { headers: Record<string, string> } }> {
    return {
      timeout: timeoutMs,
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
    const options = {
      projectId: this.options.project,
      apiEndpoint: this.options.endpoint,
      metricsEnabled: false,
      ...reconnect,
    };
    return new Bigtable(options);
  }
}

/** The client decodes by the API's own schema, so what is in these lists has the API's form. */
function listIn(response: unknown, field: string): unknown[] {
  if (typeof response !== 'object' || response === null) return [];
  const list: unknown = Object.entries(response).find(([name]) => name === field)?.[1];
  return Array.isArray(list) ? list : [];
}

function isChunk(value: unknown): value is CellChunk {
  return typeof value === 'object' && value !== null;
}

function isEntry(value: unknown): value is protos.google.bigtable.v2.MutateRowsResponse.IEntry {
  return typeof value === 'object' && value !== null;
}
