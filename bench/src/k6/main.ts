/**
 * `npm run k6 -w @leasehold/bench [-- --only counter,memes --duration 20s --users 32 --out FOLDER --store]`: a k6 script per product against a pod over
 * the real gateway, compared with `bench/k6/baseline.json`. Exit code 1: a check, a threshold or the books did not hold, or a number is worse.
 * `--store` makes this run the baseline, if it has no fault.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '@leasehold/product-harness';
import { ensureTool } from '@leasehold/toolchain';
import { prepareGround } from '../ground/ground.js';
import { compare, incomparable } from './comparison.js';
import { measureWorkload } from './measure-workload.js';
import { runSchema, type Measured, type Run } from './numbers.js';
import { reportOf } from './report.js';
import { workloads, type Workload } from './workloads.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    duration: { type: 'string', default: '20s' },
    users: { type: 'string', default: '32' },
    out: { type: 'string', default: join(repository, '.data/bench-k6') },
    baseline: { type: 'string', default: join(repository, 'bench/k6/baseline.json') },
    store: { type: 'boolean', default: false },
  },
});
const seconds = wholeNumber('--duration', /^(\d+)s$/.exec(values.duration)?.[1]);
const users = wholeNumber('--users', values.users);
const k6 = await ensureTool('k6', { onProgress: (line) => console.log(line) });
const faults: string[] = [];

const now = await measureAll(chosenWorkloads());
const stored = await readBaseline();
const obstacle = stored === undefined ? undefined : incomparable(stored, now);
const baseline = obstacle === undefined ? stored : undefined;
if (obstacle !== undefined && !values.store) faults.push(obstacle);
const lines = compare(baseline, now);
const report = reportOf(baseline, now, lines, faults);
console.log(report);
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'report.md'), report);
await writeFile(join(values.out, 'summary.json'), asJson(now));
if (faults.length > 0) process.exitCode = 1;
else if (values.store) await store();
else if (lines.some(({ worse }) => worse)) process.exitCode = 1;

function wholeNumber(option: string, text: string | undefined): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${option} must be a whole number above 0${option === '--duration' ? ', with s' : ''}.`);
}

function chosenWorkloads(): readonly Workload[] {
  const names = values.only?.split(',') ?? workloads.map(({ script }) => script);
  return names.map((name) => {
    const found = workloads.find(({ script }) => script === name);
    if (found !== undefined) return found;
    throw new Error(`--only takes some of ${workloads.map(({ script }) => script).join(', ')}.`);
  });
}

async function measureAll(chosen: readonly Workload[]): Promise<Run> {
  const scripts: Record<string, Measured> = {};
  const ground = await prepareGround();
  try {
    for (const workload of chosen) {
      const { script } = workload;
      console.log(`${script}: ${users} users, ${seconds} s`);
      const { measured, faults: found } = await measureWorkload(ground, workload, {
        k6: k6.path,
        users,
        seconds,
      });
      scripts[script] = measured;
      faults.push(...found.map((fault) => `${script}: ${fault}`));
    }
  } finally {
    await ground.remove();
  }
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version };
  return { at: new Date().toISOString(), k6: k6.version, users, seconds, machine, scripts };
}

async function readBaseline(): Promise<Run | undefined> {
  try {
    return runSchema.parse(JSON.parse(await readFile(values.baseline, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What was not run this time stays as it was. */
async function store(): Promise<void> {
  const scripts = { ...baseline?.scripts, ...now.scripts };
  await writeFile(values.baseline, asJson({ ...now, scripts }));
  console.log(`Stored as ${values.baseline}`);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
