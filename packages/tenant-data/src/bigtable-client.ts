/** The stock client, loaded when it is first needed: it takes a pod 300 ms and 50 MB, and a pod may never need it. */
import type { Bigtable, protos, Table } from '@google-cloud/bigtable';
import type { TokenFile } from './token-file.js';

type Requests = {
  readModifyWriteRow: [
    protos.google.bigtable.v2.IReadModifyWriteRowRequest,
    protos.google.bigtable.v2.IReadModifyWriteRowResponse,
  ];
  checkAndMutateRow: [
    protos.google.bigtable.v2.ICheckAndMutateRowRequest,
    protos.google.bigtable.v2.ICheckAndMutateRowResponse,
  ];
  mutateRow: [protos.google.bigtable.v2.IMutateRowRequest, protos.google.bigtable.v2.IMutateRowResponse];
};

/** Options of one call; a fresh object each time, since the client writes into it. */
export interface CallOptions {
  timeout: number;
  otherArgs: { headers: Record<string, string> };
  retryRequestOptions?: { noResponseRetries: number };
}

export class LazyClient {
  #client: Promise<Bigtable> | undefined;

  constructor(
    private readonly options: {
      readonly endpoint: string;
      readonly project: string;
      readonly instance: string;
      readonly tokenFile: TokenFile;
      readonly deadlineMs: number;
    },
  ) {}

  /** Options with the pod's token and the deadline. The client offers no other way for a header on an insecure channel. */
  async callOptions(): Promise<CallOptions> {
    return {
      timeout: this.options.deadlineMs,
      otherArgs: { headers: { authorization: await this.options.tokenFile.authorization() } },
    };
  }

  /** A table for reading. */
  async table(id: string): Promise<Table> {
    return (await this.#load()).instance(this.options.instance).table(id);
  }

  /** The full name of a table. */
  tableName(id: string): string {
    return `projects/${this.options.project}/instances/${this.options.instance}/tables/${id}`;
  }

  /** Makes a call of the data API once, without retries. */
  async call<M extends keyof Requests>(method: M, reqOpts: Requests[M][0]): Promise<Requests[M][1]> {
    const [client, gaxOpts] = await Promise.all([this.#load(), this.callOptions()]);
    return new Promise((resolve, reject) => {
      client.request<Requests[M][1]>(
        { client: 'BigtableClient', method, reqOpts, gaxOpts: { ...gaxOpts, retry: null } },
        (error, response) => {
          if (error) reject(error);
          else resolve(response ?? {});
        },
      );
    });
  }

  async close(): Promise<void> {
    await (await this.#client)?.close();
  }

  #load(): Promise<Bigtable> {
    return (this.#client ??= this.#create());
  }

  async #create(): Promise<Bigtable> {
    const { Bigtable } = await import('@google-cloud/bigtable');
    return new Bigtable({
      projectId: this.options.project,
      apiEndpoint: this.options.endpoint,
      metricsEnabled: false,
    });
  }
}
