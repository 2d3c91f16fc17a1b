import { fileURLToPath } from 'node:url';
import { spawnTethered, type TetheredChild } from '@leasehold/processes';

export interface PodCommand {
  program: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
}

/** After a process was taken, the next one starts this much later: its start shall not slow the pod's own. */
const refillPauseMs = 400;
const longestPauseMs = 60_000;
/**
 * With V8's default of 16 MiB a semi-space, a pod under load only grows. Bounds how long garbage lies about, and changes nothing else, so a
 * command without flags may have it as well.
 */
export const warmFlags: readonly string[] = ['--max-semi-space-size=4'];
const program = fileURLToPath(
  new URL(`./warm-start${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/**
 * Starts the processes of pods, each the leader of a group of its own that ends when the twin does. For a command of the
 * form `node <script>`, with the warm flags or none, it keeps a few processes ready in which Node is up already: that is most of a small pod's start.
 */
export class PodSpawner {
  private readonly warm: TetheredChild[] = [];
  private starting: TetheredChild | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Waiting processes that ended before they were needed, in a row. */
  private lost = 0;

  /** @param keepWarm how many processes wait; 0 starts each pod from nothing */
  constructor(private readonly keepWarm: number) {
    this.refillLater(0);
  }

  spawn(command: PodCommand): TetheredChild {
    const waiting = canTakeOver(command) ? this.warm.shift() : undefined;
    if (waiting === undefined) return cold(command);
    this.lost = 0;
    this.refillLater(refillPauseMs);
    const { cwd, env, args } = command;
    waiting.process.stdin?.end(JSON.stringify({ cwd, env, args: withoutFlags(args) }));
    return waiting;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    const children = this.starting ? [...this.warm, this.starting] : [...this.warm];
    await Promise.all(children.map((child) => child.stop()));
  }

  private refillLater(ms: number): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refill(), ms).unref();
  }

  private refill(): void {
    if (this.closed || this.starting !== undefined || this.warm.length >= this.keepWarm) return;
    const child = spawnTethered(process.execPath, [...warmFlags, program], {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.process.stdin?.on('error', () => undefined);
    this.starting = child;
    child.process.stdout?.once('data', () => {
      child.process.stdout?.pause();
      if (this.closed || this.starting !== child) return;
      this.starting = undefined;
      this.warm.push(child);
      this.refillLater(refillPauseMs);
    });
    void child.exited.then(() => this.lose(child));
  }

  /** A process that ends before it was needed is replaced; what cannot live here is not tried again and again. */
  private lose(child: TetheredChild): void {
    const index = this.warm.indexOf(child);
    if (index === -1 && this.starting !== child) return;
    if (index !== -1) this.warm.splice(index, 1);
    if (this.starting === child) this.starting = undefined;
    this.lost += 1;
    this.refillLater(Math.min(longestPauseMs, refillPauseMs * 2 ** this.lost));
  }
}

/** Variables that Node or its libraries read only when the process starts. */
const readAtStart = /^(NODE_|UV_|SSL_|LD_|DYLD_|MALLOC_|TZ$|LANG$|LC_)/;

function canTakeOver({ program: wanted, args, env }: PodCommand): boolean {
  const [script] = withoutFlags(args);
  const isScript = script !== undefined && !script.startsWith('-');
  return wanted === process.execPath && isScript && !Object.keys(env).some((name) => readAtStart.test(name));
}

function withoutFlags(args: readonly string[]): readonly string[] {
  const flagged = warmFlags.every((flag, index) => args[index] === flag);
  return flagged ? args.slice(warmFlags.length) : args;
}

function cold({ program: wanted, args, cwd, env }: PodCommand): TetheredChild {
  return spawnTethered(wanted, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}
