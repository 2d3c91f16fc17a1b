/** Whether this pod can serve: the data gateway answers. Asked for by probes, kept for a moment, one question at a time. */
export interface Readiness {
  ready: boolean;
  reason?: string;
}

const keepMs = 2_000;
const keepFailureMs = 500;

export class ReadinessCheck {
  private last: Readiness = { ready: false, reason: 'not asked yet' };
  private validUntil = -Infinity;
  private inFlight: Promise<Readiness> | undefined;
  private stopping = false;

  /** `ping` rejects with the reason when what the pod needs is not there; it must end by itself. */
  constructor(
    private readonly ping: () => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** From now on not ready: the pod is going. */
  stop(): void {
    this.stopping = true;
  }

  async check(): Promise<Readiness> {
    if (this.stopping) return { ready: false, reason: 'the pod is stopping' };
    if (this.now() < this.validUntil) return this.last;
    this.inFlight ??= this.ask().finally(() => (this.inFlight = undefined));
    return await this.inFlight;
  }

  private async ask(): Promise<Readiness> {
    try {
      await this.ping();
      this.last = { ready: true };
    } catch (error) {
      this.last = { ready: false, reason: error instanceof Error ? error.message : String(error) };
    }
    this.validUntil = this.now() + (this.last.ready ? keepMs : keepFailureMs);
    return this.last;
  }
}
