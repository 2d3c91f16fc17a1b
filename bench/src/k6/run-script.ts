import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summaryOf, type Summary } from './summary.js';

export interface ScriptRun {
  /** The executable. */
  readonly k6: string;
  /** A file of `scripts/`, without its end. */
  readonly script: string;
  readonly users: number;
  readonly seconds: number;
  /** What the script asks for with `-e`. */
  readonly settings: Readonly<Record<string, string>>;
  /** A warm-up keeps no threshold and does not look at the books. */
  readonly warmUp?: boolean;
}

/** k6's answer when a threshold was crossed; the summary says which. https://pkg.go.dev/go.k6.io/k6/errext/exitcodes */
const thresholdsCrossed = 99;

/**
 * Runs a script to its end; settings go by the environment, since the command line is open to all users of a machine.
 * @throws Error when k6 could not run it
 */
export async function runScript(run: ScriptRun): Promise<Summary> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-k6-'));
  const file = join(folder, 'summary.json');
  try {
    const child = spawn(run.k6, argumentsOf(run, file), {
      env: { ...process.env, ...run.settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as unknown[];
    if (code !== 0 && code !== thresholdsCrossed)
      throw new Error(`k6 has ended with ${String(code)} in ${run.script}; its words are above.`);
    return summaryOf(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsOf({ script, users, seconds, warmUp = false }: ScriptRun, summary: string): string[] {
  const file = fileURLToPath(new URL(`./scripts/${script}.js`, import.meta.url));
  const quiet = ['--no-usage-report', '--quiet', '--no-color', '--include-system-env-vars'];
  const load = [
    '--vus',
    String(users),
    '--duration',
    `${seconds}s`,
    ...(warmUp ? ['--no-teardown', '--no-thresholds'] : []),
  ];
  return ['run', ...quiet, ...load, '--summary-export', summary, file];
}
