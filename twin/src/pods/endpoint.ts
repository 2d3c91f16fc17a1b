/** One life of a pod's process as the edge sees it: where it listens, and how many requests it has in hand. */
export class Endpoint {
  private inFlight = 0;
  private lastUsed = performance.now();
  private readonly retirements: (() => void)[] = [];
  private readonly drains: (() => void)[] = [];

  constructor(
    readonly pod: string,
    readonly port: number,
    /** Where its other container ports are on this machine. */
    private readonly others: ReadonlyMap<number, number> = new Map(),
  ) {}

  /** The local port that stands for a container port: the main one unless it is another that has its own. */
  portFor(containerPort: number | undefined): number {
    return (containerPort === undefined ? undefined : this.others.get(containerPort)) ?? this.port;
  }

  /** Requests that have not ended. */
  get load(): number {
    return this.inFlight;
  }

  /** Milliseconds since the last request ended; 0 while there is one. */
  get idleMs(): number {
    return this.inFlight > 0 ? 0 : performance.now() - this.lastUsed;
  }

  enter(): void {
    this.inFlight += 1;
  }

  leave(): void {
    this.inFlight -= 1;
    this.lastUsed = performance.now();
    if (this.inFlight === 0) for (const done of this.drains.splice(0)) done();
  }

  /** Runs when no new request will come. */
  onRetire(action: () => void): void {
    this.retirements.push(action);
  }

  retire(): void {
    for (const action of this.retirements.splice(0)) action();
  }

  /** Resolves when no request is in hand any more, or the deadline has passed. */
  async drained(deadlineMs: number): Promise<void> {
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.drains.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
