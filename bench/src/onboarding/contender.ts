/** One way to bring a client online. */
export interface Contender {
  readonly name: string;
  /**
   * Brings the client `slug` online; resolves when a `GET /` for its hostname has been answered with 200.
   * @returns milliseconds of the parts it can name, for the breakdown.
   */
  onboard(slug: string): Promise<Record<string, number>>;
  close(): Promise<void>;
}
