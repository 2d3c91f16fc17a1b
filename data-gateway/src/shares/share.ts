/** What one tenant may use of the gateway that it shares with others. */
export interface Share {
  readonly callsPerSecond: number;
  /** Of requests and answers. */
  readonly bytesPerSecond: number;
  /** How much of a busy gateway, beside the others' weights. */
  readonly weight: number;
}

/** Whether both let a tenant use as much. */
export function sameShare(one: Share, other: Share): boolean {
  return (
    one.callsPerSecond === other.callsPerSecond &&
    one.bytesPerSecond === other.bytesPerSecond &&
    one.weight === other.weight
  );
}

/** For tenants whose plan says nothing: far above what one pod needs, so that only a flood meets it. */
export const defaultShare: Share = {
  callsPerSecond: 10_000,
  bytesPerSecond: 128 * 1024 * 1024,
  weight: 1,
};
