/**
 * What the control plane needs of a cell's target beside the Pulumi engine: images, branding objects, a look from
 * outside, the tenant's rows, and the inventory of what is there. Every method may be repeated.
 */
export interface Target {
  /** Makes a template's image available to the cell's workloads; the same content gives the same reference. */
  pushImage(folder: string): Promise<PushedImage>;

  putObject(bucket: string, name: string, body: Buffer, options: ObjectOptions): Promise<void>;
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

  /** How far the cell is with the pods of a Deployment; `message` says what they wait for. */
  rollout(namespace: string, deployment: string): Promise<{ complete: boolean; message: string }>;

  /** Deletes every row below a row-key prefix. */
  eraseRows(prefix: string): Promise<{ deleted: boolean }>;
  /** @returns true when a scan over the whole prefix found no row. */
  proveNoRows(prefix: string): Promise<boolean>;
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
