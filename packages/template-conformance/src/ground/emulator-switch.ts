import type { StartEmulator } from '@leasehold/data-gateway';

/** The data gateway's Bigtable, which the suite can take away or make silent, as it is with the service at its worst. */
export class EmulatorSwitch {
  private running: Awaited<ReturnType<StartEmulator>> | undefined;
  private pausedPid: number | undefined;
  private down = false;

  constructor(private readonly start: StartEmulator) {}

  /** For the gateway, which starts it again whenever it is lost. */
  readonly startEmulator: StartEmulator = async (signal) => {
    if (this.down) throw new Error('The emulator is kept down.');
    this.running = await this.start(signal);
    return this.running;
  };

  /** Kills it with SIGKILL; calls under way have an unknown outcome, and there is no other until {@link mend}. */
  takeDown(): void {
    this.down = true;
    signal(this.pid, 'SIGKILL');
  }

  /** It takes calls and answers none, until {@link mend}. */
  pause(): void {
    this.pausedPid = this.pid;
    signal(this.pausedPid, 'SIGSTOP');
  }

  /** Lets it run again, whatever was done to it. */
  mend(): void {
    this.down = false;
    // Another one may have been started in its place.
    if (this.pausedPid !== undefined && this.pausedPid === this.running?.pid)
      signal(this.pausedPid, 'SIGCONT');
    this.pausedPid = undefined;
  }

  private get pid(): number {
    const pid = this.running?.pid;
    if (pid === undefined) throw new Error('There is no emulator.');
    return pid;
  }
}

/** To its group. That it has just ended is no fault. */
function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
