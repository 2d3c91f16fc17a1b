import type { Progress } from '../load/load-messages.js';
import { childrenOf } from './cpu-time.js';
import type { Ground } from './ground.js';

/** Something to be killed when so much of a load has been accepted. */
export interface Kill {
  /** The share of the load. */
  readonly at: number;
  readonly name: string;
  kill(): Promise<void>;
}

/** Kills one after the other as a load gets on. */
export class Kills {
  private readonly left: Kill[];
  private readonly under: Promise<void>[] = [];

  constructor(
    private readonly requests: number,
    kills: readonly Kill[],
  ) {
    this.left = [...kills];
  }

  onProgress({ accepted }: Progress): void {
    const [next] = this.left;
    if (next === undefined || accepted < this.requests * next.at) return;
    this.left.shift();
    console.log(`  kill -9 of ${next.name} after ${accepted}`);
    this.under.push(next.kill());
  }

  /** Whether all were killed; a load can be over before. @throws what a kill has thrown */
  async allDone(): Promise<boolean> {
    await Promise.all(this.under);
    return this.left.length === 0;
  }
}

/** kill -9 of the emulator behind the gateway, which starts it again from its log. */
export async function killEmulator(ground: Ground): Promise<void> {
  for (const pid of await childrenOf(ground.gatewayPid)) process.kill(-pid, 'SIGKILL');
}
