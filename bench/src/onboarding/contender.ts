/** Asked when the clock has stopped: milliseconds of the parts that a contender can name, once its work has ended. */
export type Breakdown = () => Promise<Record<string, number>>;

/** One way to bring a client online. */
export interface Contender {
  readonly name: string;
  /**
   * Brings the client `slug` online; resolves when a `GET /` for its hostname has been answered with 200.
   */
  onboard(slug: string): Promise<Breakdown>;
  close(): Promise<void>;
}
