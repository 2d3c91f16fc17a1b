/** Where the product listens, on loopback. */
export interface Ports {
  readonly api: number;
  readonly edge: number;
  readonly edgeTls: number;
  readonly dns: number;
}
