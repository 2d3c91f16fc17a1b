import type { protos, v2 } from '@google-cloud/bigtable';
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

type Unary<M extends keyof UnaryCalls> = (
  request: UnaryCalls[M][0],
  options: CallOptions,
) => Promise<[UnaryCalls[M][1], ...unknown[]]>;

interface CallOptions {
  readonly timeout: number;
  readonly retry: null;
  readonly otherArgs: { readonly headers: Readonly<Record<string, string>> };
}

/** The stock client's own repetition of streams is off. */
const retryRequestOptions = {
  objectMode: true,
  currentRetryAttempt: 0,
  noResponseRetries: 0,
  shouldRetryFn: () => false,
};

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

/**
 * Options of the channel. The stock client waits up to two minutes before it tries to connect again; the gateway is near, and back in seconds.
 * Its pool of channels with a choice for each call is for calls over the internet: one connection to a gateway nearby costs a quarter less.
 */
const channel = {
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.callInvocationTransformer': undefined,
  'grpc.channelFactoryOverride': undefined,
  'grpc.gcpApiConfig': undefined,
};

/**
 * The stock Bigtable client, loaded when it is first needed: it takes a pod 300 ms and 50 MB, and a pod may never need it. Its generated calls
 * are used and not its row objects, which lose numbers beyond 2^53 and qualifiers that are not UTF-8. Every call is made once.
 */
export class LazyClient {
  #client: Promise<v2.BigtableClient> | undefined;

  constructor(private readonly options: ClientOptions) {}

  /** The full name of a table. */
  tableName(id: string): string {
    return `projects/${this.options.project}/instances/${this.options.instance}/tables/${id}`;
  }

  async unary<M extends keyof UnaryCalls>(
    method: M,
    reqOpts: UnaryCalls[M][0],
    timeoutMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<UnaryCalls[M][1]> {
    const [client, options] = await Promise.all([this.#load(), this.#callOptions(timeoutMs, headers)]);
    const call: Unary<M> = client[method].bind(client);
    const [response] = await call(reqOpts, options);
    return response;
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
    const [client, options] = await Promise.all([this.#load(), this.#callOptions(timeoutMs)]);
    return client[method](reqOpts, { ...options, retryRequestOptions });
  }

  /** A fresh object each time, since the client writes into it. The client has no other way for a header on an insecure channel. */
  async #callOptions(
    timeoutMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CallOptions> {
    return {
      timeout: timeoutMs,
      retry: null,
      otherArgs: { headers: { ...headers, authorization: await this.options.tokenFile.authorization() } },
    };
  }

  #load(): Promise<v2.BigtableClient> {
    return (this.#client ??= this.#create());
  }

  async #create(): Promise<v2.BigtableClient> {
    // The pod's token is the gateway's, not Google's: without this the client looks for a metadata server first.
    process.env['METADATA_SERVER_DETECTION'] ??= 'none';
    const { Bigtable, v2 } = await import('@google-cloud/bigtable');
    const options = {
      projectId: this.options.project,
      apiEndpoint: this.options.endpoint,
      metricsEnabled: false,
      ...channel,
    };
    return new v2.BigtableClient(new Bigtable(options).options.BigtableClient);
  }
}

/** The client decodes by the API's own schema, so what is in these lists has the API's form. */
function listIn(response: unknown, field: string): unknown[] {
  if (typeof response !== 'object' || response === null) return [];
  const list: unknown = Reflect.get(response, field);
  return Array.isArray(list) ? list : [];
}

function isChunk(value: unknown): value is CellChunk {
  return typeof value === 'object' && value !== null;
}

function isEntry(value: unknown): value is protos.google.bigtable.v2.MutateRowsResponse.IEntry {
  return typeof value === 'object' && value !== null;
}
