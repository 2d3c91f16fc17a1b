/** How far a migration is with a prefix's rows. */
export interface MigrationState {
  readonly id: string;
  readonly description: string;
  readonly state: 'not_begun' | 'under_way' | 'done';
  /** Rows that it has looked at, and changed. */
  readonly rows: number;
  readonly changed: number;
  /** Of its last page, ISO 8601; null before the first. */
  readonly at: string | null;
}

/**
 * What the control plane needs of a cell's target beside the Pulumi engine: images, branding objects, a look from
 * outside, the tenant's rows, and the inventory of what is there. Every method may be repeated.
 */
export interface Target {
  /** Makes a template's image available to the cell's workloads; the same content gives the same reference. */
  pushImage(folder: string): Promise<PushedImage>;

  putObject(bucket: string, name: string, body: Buffer, options: ObjectOptions): Promise<void>;
  /** An object's bytes; undefined when there is none of that name. */
  getObject(bucket: string, name: string): Promise<Buffer | undefined>;
  listObjects(bucket: string, prefix: string): Promise<string[]>;
  /** @returns how many were deleted; none is no error. */
  deleteObjects(bucket: string, prefix: string): Promise<number>;

  /** Asks the zone's authoritative server, never the machine's resolver; a name that is not there gives no address. */
  resolve(hostname: string): Promise<string[]>;
  /** Asks the edge for a page under a client's name, as a browser would. */
  fetchThroughEdge(
    hostname: string,
    path: string,
    options: { readonly signal: AbortSignal },
  ): Promise<EdgeAnswer>;

  /** How far the cell is with the pods of a Deployment. */
  rollout(namespace: string, deployment: string): Promise<WorkloadRollout>;

  /** Which rows these are: cells with an equal answer share them. */
  readonly rowsAt: string;
  /** Rows below a prefix as lines of JSON (docs/data-life.md), from behind a place; `next` is undefined behind the last. */
  readRows(
    prefix: string,
    after?: string,
  ): Promise<{ readonly lines: Buffer; readonly next: string | undefined }>;
  /** Makes each row exactly what its line says. */
  writeRows(prefix: string, lines: Buffer): Promise<void>;
  /** Does the next page of a migration of a prefix's rows; to be asked again until it is done. */
  migrateRows(
    prefix: string,
    migration: string,
  ): Promise<{ readonly done: boolean; readonly rows: number; readonly changed: number }>;
  /** How far each migration is with a prefix's rows, in the order of their numbers. */
  migrations(prefix: string): Promise<readonly MigrationState[]>;
  /** What clients asked at the edge and what pods did with rows, by the hour, from the hour of a moment on; counts only grow. */
  usage(since: Date): Promise<CellUsage>;
  /** What a prefix holds now: its rows are read for it. */
  stored(prefix: string): Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Deletes every row below a row-key prefix. */
  eraseRows(prefix: string): Promise<{ deleted: boolean }>;
  /** @returns true when a scan over the whole prefix found no row. */
  proveNoRows(prefix: string): Promise<boolean>;
}

export interface WorkloadRollout {
  readonly complete: boolean;
  /** What its pods wait for. */
  readonly message: string;
  /** Why waiting longer is of no use. */
  readonly stuck?: string;
}

export interface CellUsage {
  /** All counts up to this moment are in it, by the clocks that put them into hours. */
  readonly until: Date;
  readonly edge: readonly {
    readonly namespace: string;
    readonly hour: Date;
    readonly requests: number;
    readonly errors: number;
    readonly requestBytes: number;
    readonly responseBytes: number;
    readonly podSeconds: number;
  }[];
  readonly data: readonly {
    readonly prefix: string;
    readonly hour: Date;
    readonly calls: number;
    readonly rowsRead: number;
    readonly bytesRead: number;
    readonly rowsWritten: number;
    readonly bytesWritten: number;
    readonly tokens: number;
  }[];
}

export interface PushedImage {
  readonly reference: string;
  readonly digest: string;
}

export interface ObjectOptions {
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface EdgeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The target of a cell, by the cell's name. */
export interface Targets {
  /** @throws AppError `unavailable` when the cell's target is not configured in this process. */
  of(cell: string): Target;
}

/** Injection token of {@link Targets}. */
export const TARGETS = Symbol('targets');
