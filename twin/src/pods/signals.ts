type Rest = 'slept' | 'stopped';

/** What others ask of a pod while it lives its own life: to wake, to sleep, to look again, to stop. */
export class Signals {
  private readonly stopping = new AbortController();
  private wanted = false;
  private rest: ((rest: Rest) => void) | undefined;
  private readonly waiting = new Set<() => void>();

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  wake(): void {
    this.wanted = true;
    this.release();
  }

  sleep(): void {
    this.wanted = false;
    this.rest?.('slept');
  }

  nudge(): void {
    this.release();
  }

  stop(): void {
    this.stopping.abort();
    this.rest?.('stopped');
    this.release();
  }

  /** Who is told that the pod shall rest; at once when it is to stop already. */
  onRest(rest: ((rest: Rest) => void) | undefined): void {
    this.rest = rest;
    if (this.stopped) rest?.('stopped');
  }

  /** Resolves with true when the pod is to wake, with false when it is to stop. */
  async woken(): Promise<boolean> {
    while (!this.wanted && !this.stopped) await this.change();
    this.wanted = false;
    return !this.stopped;
  }

  /** Resolves after the time, or earlier when anything is asked. */
  async pause(ms: number): Promise<void> {
    if (ms === 0 || this.stopped) return;
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([time, this.change()]);
    clearTimeout(timer);
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private release(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
