/**
 * The products under load, each beside a plain way in the same run.
 * Usage: npm run workloads -w @leasehold/bench [-- --only counter,calc --requests 200000 --connections 50 --show counter --numbers 1000000]
 * Increments, integers and memes have programs of their own, which are run after: npm run increments, npm run memes, npm run integers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareGround, type Ground } from '../ground/ground.js';
import { judge } from '../load/show-row.js';
import { measureCalc } from './measure-calc.js';
import { measureCounter } from './measure-counter.js';
import type { Measured } from './plain.js';
import { showCounter } from './show-counter.js';

/** Requests a second, and the share of a bare server's ceiling. */
const counterGoals = { perSecond: 10_000, share: 0.6 };

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'counter,calc,increments,memes,integers' },
    requests: { type: 'string', default: '200000' },
    connections: { type: 'string', default: '50' },
    show: { type: 'string', default: '' },
    numbers: { type: 'string', default: '1000000' },
  },
});
const chosen = values.only.split(',').filter(Boolean);
const shown = values.show.split(',').filter(Boolean);
const requests = positive('--requests', values.requests);
const connections = positive('--connections', values.connections);
const numbers = positive('--numbers', values.numbers);

const ground = await prepareGround();
try {
  if (chosen.includes('counter'))
    judgeCounter(report('counter', await measureCounter(ground, connections, requests)));
  if (chosen.includes('calc')) report('calc', await measureCalc(ground, connections, requests));
  if (shown.includes('counter')) await show(ground);
} finally {
  await ground.remove();
}
for (const program of ['increments', 'memes', 'integers'])
  if (chosen.includes(program)) await runProgram(program);

function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${option} must be a whole number above 0.`);
}

function report(workload: string, rows: readonly Measured[]): readonly Measured[] {
  console.log(`\n${workload}: ${requests} requests each, ${connections} connections`);
  console.table(
    rows.map(({ name, result: { perSecond, p50, p99, statuses, lost }, memory }) => ({
      what: name,
      'requests/s': Math.round(perSecond),
      'p50 ms': p50.toFixed(2),
      'p99 ms': p99.toFixed(2),
      'resident MB': Math.round(memory),
      answers: JSON.stringify(statuses) + (lost > 0 ? `, ${lost} lost` : ''),
    })),
  );
  return rows;
}

function judgeCounter([ceiling, bare, , counter]: readonly Measured[]): void {
  const ours = counter?.result.perSecond ?? 0;
  const share = ours / (bare?.result.perSecond ?? Number.NaN);
  const used = (bare?.result.perSecond ?? 0) / (ceiling?.result.perSecond ?? Number.NaN);
  if (used > 0.7)
    console.log(
      `The bare server takes ${used.toFixed(2)} of what the generator can send: the share is too kind.`,
    );
  judge(
    `${Math.round(ours)} requests/s (goal: over ${counterGoals.perSecond})`,
    ours > counterGoals.perSecond,
  );
  judge(
    `${share.toFixed(2)} of the bare server's ceiling (goal: ${counterGoals.share} or more)`,
    share >= counterGoals.share,
  );
}

async function show(over: Ground): Promise<void> {
  console.log(`\ncounter: ${numbers} numbers, 3 replicas, 200 connections, kills`);
  const { result, numbers: got, repeats, allKilled } = await showCounter(over, numbers);
  console.log(`  answers ${JSON.stringify(result.statuses)}, ${result.lost} without an answer`);
  judge(`${got} numbers were handed out`, got === numbers);
  judge(`${repeats} of them twice`, repeats === 0);
  judge('a replica and Bigtable were killed', allKilled);
}

async function runProgram(name: string): Promise<void> {
  console.log(`\n${name}`);
  const program = fileURLToPath(new URL(`../${name}/main.js`, import.meta.url));
  const exit: unknown[] = await once(spawn(process.execPath, [program], { stdio: 'inherit' }), 'exit');
  if (exit[0] !== 0) process.exitCode = 1;
}
