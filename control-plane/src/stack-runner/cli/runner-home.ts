import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackId } from '../stack-run.js';

const projects: readonly StackId['project'][] = ['leasehold-tenant', 'leasehold-cell', 'leasehold-platform'];

/** Of work folders; the number of the process that uses one follows. */
const workPrefix = 'leasehold-pulumi-';

/**
 * Where the CLIs of one process live. Each place of the pool has a PULUMI_HOME of its own, since the CLI writes the token of its
 * run there. The work folders are outside the data directory: it may lie in a git repository, which the CLI would study.
 */
export class RunnerHome {
  readonly #ready = new Set<number>();

  private constructor(
    private readonly homes: string,
    private readonly work: string,
  ) {}

  /** @param dataDir the product's data directory; homes of processes that are gone are removed */
  static async open(dataDir: string): Promise<RunnerHome> {
    const root = join(dataDir, 'pulumi');
    const homes = join(root, `homes-${process.pid}`);
    await mkdir(homes, { recursive: true, mode: 0o700 });
    await Promise.all([removeLeftovers(root, 'homes-'), removeLeftovers(tmpdir(), workPrefix)]);
    const work = await mkdtemp(join(tmpdir(), `${workPrefix}${process.pid}-`));
    await Promise.all(projects.map((project) => writeProject(join(work, project), project)));
    return new RunnerHome(homes, work);
  }

  /**
   * PULUMI_HOME of a place, ready for a run. Where the CLI would keep its logs is a file: so it keeps none, which are a debug
   * trace of every run, compressed and encrypted for a quarter of the run's processor time, and scanned at each start.
   */
  async home(slot: number): Promise<string> {
    const home = join(this.homes, String(slot));
    if (this.#ready.has(slot)) return home;
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeFile(join(home, 'logs'), '');
    this.#ready.add(slot);
    return home;
  }

  workFolder(project: StackId['project']): string {
    return join(this.work, project);
  }

  async remove(): Promise<void> {
    await Promise.all([this.homes, this.work].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

async function writeProject(folder: string, project: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Pulumi.yaml'), `name: ${project}\nruntime: nodejs\n`);
}

/** What processes that are gone have left; another user's is not ours to remove. */
async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(prefix) ? parseInt(name.slice(prefix.length), 10) : NaN;
    if (pid && !lives(pid))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
