/**
 * `npm run memes -w @leasehold/bench`: durable charges through the real gateway over 1,000 accounts, with one and two replicas, beside a plain
 * server with a Map; then many spends with repetitions on one account, whose balance must be exact.
 */
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import { cpuSeconds } from '../ground/cpu-time.js';
import { prepareGround, type Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';

const goal = 3_000;
const accounts = 1_000;
const requests = Number(process.argv[2] ?? 30_000);
const spends = Number(process.argv[3] ?? 50_000);
const connections = 256;
const request =
  'GET /memes?lat=52.52&lon=13.41&query=deadlines HTTP/1.1\r\nhost: memes\r\nauthorization: Bearer {token}\r\n';
const once = `${request}\r\n`;
const repeated = `${request}idempotency-key: {key}\r\n\r\n`;
const parameters = { openingTokens: 1_000_000 };

const balanceSchema = z.object({ balance: z.int() });
const reportSchema = z.object({ faults: z.array(z.string()), sums: z.record(z.string(), z.int()) });

function row(name: string, { perSecond, p50, p99, statuses }: LoadResult, memory: number): void {
  const cells = [
    name.padEnd(36),
    `${Math.round(perSecond)}/s`.padStart(9),
    `p50 ${p50.toFixed(1)} ms`.padStart(14),
    `p99 ${p99.toFixed(1)} ms`.padStart(14),
    `${Math.round(memory)} MB`.padStart(8),
    JSON.stringify(statuses),
  ];
  console.log(cells.join('  '));
}

async function measureCharges(
  ground: Ground,
  replicas: readonly Replica[],
  tokens: string[],
): Promise<LoadResult> {
  const ports = replicas.map(({ port }) => port);
  const load = { ports, connections, request: once, tokens, again: true };
  await sendLoad({ ...load, requests: 4 * accounts });
  const pids = [...replicas.map(({ pid }) => pid), ground.gatewayPid];
  const before = await Promise.all(pids.map(cpuSeconds));
  const measured = await sendLoad({ ...load, requests });
  const after = await Promise.all(pids.map(cpuSeconds));
  const each = after.map((seconds, index) => ((seconds - (before[index] ?? 0)) / requests) * 1e6);
  const memory = await Promise.all(replicas.map(({ pid }) => residentMegabytes(pid)));
  row(`memes, ${replicas.length} replica(s), durable`, measured, Math.max(...memory));
  const microseconds = each.map((value) => Math.round(value)).join(' + ');
  const writes = await Promise.all(ports.map(writesOf));
  console.log(`  writes since its start, and those that another replica outran: ${writes.join('; ')}`);
  console.log(`  processor time a charge: ${microseconds} microseconds (replicas + gateway with emulator)`);
  return measured;
}

async function writesOf(port: number): Promise<string> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const [, commits = '?'] = /^memes_ledger_commits_total (\d+)$/m.exec(text) ?? [];
  const [, conflicts = '?'] = /^memes_ledger_conflicts_total (\d+)$/m.exec(text) ?? [];
  return `${commits}, ${conflicts}`;
}

async function measurePlain(tokens: string[]): Promise<void> {
  const facts = z.looseObject({ port: z.int() });
  const plain = await forkService({
    entry: fileURLToPath(new URL('./plain-memes.main.js', import.meta.url)),
    parseFacts: (given) => facts.parse(given),
  });
  try {
    const load = { ports: [plain.facts.port], connections, request: once, tokens, again: true };
    await sendLoad({ ...load, requests: 4 * accounts });
    row(
      'a Map in a bare server, forgetful',
      await sendLoad({ ...load, requests }),
      await residentMegabytes(plain.pid),
    );
  } finally {
    await plain.stop();
  }
}

/** Every key is sent about twice, over two replicas; each may cost one token once. */
async function spendOnOneAccount(ground: Ground, replicas: readonly Replica[]): Promise<boolean> {
  const differentKeys = Math.floor(spends * 0.6);
  const token = ground.token('one-account');
  const ports = replicas.map(({ port }) => port);
  const measured = await sendLoad({
    ports,
    connections,
    request: repeated,
    again: true,
    tokens: [token],
    requests: spends,
    differentKeys,
  });
  const left = balanceSchema.parse(await ask(ports[0] ?? 0, '/tokens', token)).balance;
  const expected = parameters.openingTokens - differentKeys;
  row(`${spends} spends on one account`, measured, Number.NaN);
  console.log(`balance ${left}, expected ${expected}: ${left === expected ? 'exact' : 'WRONG'}`);
  return left === expected;
}

async function ask(port: number, route: string, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`http://127.0.0.1:${port}${route}`, { headers });
  return response.json();
}

const ground = await prepareGround();
const replicas: Replica[] = [];
try {
  const tokens = Array.from({ length: accounts }, (_, index) => ground.token(`user-${index}`));
  await measurePlain(tokens);
  replicas.push(await ground.replica('memes', parameters));
  const { perSecond } = await measureCharges(ground, replicas, tokens);
  replicas.push(await ground.replica('memes', parameters));
  await measureCharges(ground, replicas, tokens);
  const exact = await spendOnOneAccount(ground, replicas);
  const check = await ask(replicas[0]?.port ?? 0, '/tokens/check', ground.token('root', ['admin']));
  const { faults, sums } = reportSchema.parse(check);
  console.log(`books: ${JSON.stringify(sums)}, faults: ${JSON.stringify(faults)}`);
  console.log(`goal ${goal}/s on one replica: ${perSecond >= goal ? 'met' : 'missed'}`);
  if (!exact || faults.length > 0) process.exitCode = 1;
} finally {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await ground.remove();
}
