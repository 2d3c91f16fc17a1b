/**
 * How long the API's answers take with ten thousand tenants in the database, and how much memory it holds: ours beside a
 * plain NestJS + TypeORM API over the same tables, in one run.
 * Usage: npm run api -w @leasehold/bench [-- --tenants 10000 --requests 500]
 */
import { parseArgs } from 'node:util';
import type { ApiContender } from './contender.js';
import { prepareGround } from './ground.js';
import { latency, residentMegabytes, type Latency } from './latency.js';
import { startLeasehold } from './leasehold-api.js';
import { startPlain } from './plain-api.js';

/** Milliseconds at the 99th percentile, and megabytes. */
const goals = { list: 50, get: 20, create: 100, memory: 300 };
const concurrency = 2;

const { values } = parseArgs({
  options: { tenants: { type: 'string', default: '10000' }, requests: { type: 'string', default: '500' } },
});
const tenants = Number(values.tenants);
const requests = Number(values.requests);
if (!Number.isInteger(tenants) || tenants < 1000)
  throw new Error('--tenants must be a whole number from 1000');
if (!Number.isInteger(requests) || requests < 100 || requests > 1000) {
  throw new Error('--requests must be a whole number from 100 to 1000: a key may ask 6,000 times a minute');
}

const idOf = (n: number): string => `ten_${String(1 + ((n * 7919) % tenants)).padStart(26, '0')}`;
const ground = await prepareGround();
const running: ApiContender[] = [];
try {
  const ours = await startLeasehold(ground);
  running.push(ours);
  await ours.request('/v1/plans', {
    name: 'bench',
    displayName: 'Bench',
    rank: 0,
    description: 'Of the measurement.',
    quota: { cpu: '2', memory: '2Gi', pods: 5 },
    maxHostnames: 1,
  });
  await ground.fill(tenants);
  const plain = await startPlain(ground);
  running.push(plain);
  const rows: Latency[] = [];
  const measure = async (
    contender: ApiContender,
    what: string,
    send: (n: number) => Promise<void>,
  ): Promise<void> => {
    rows.push(await latency(contender.name, what, { requests, concurrency, send }));
  };
  // In turn, so that a slow minute of the machine hits both.
  await measure(plain, 'list', (n) => plain.request(`/v1/tenants?limit=50&offset=${(n * 50) % tenants}`));
  await measure(ours, 'list', walk(ours, '/v1/tenants?limit=50'));
  await measure(ours, 'list filtered', (n) =>
    ours.request(
      `/v1/tenants?limit=50&filter=${encodeURIComponent(`state = active AND labels.region = r${n % 20}`)}`,
    ),
  );
  await measure(plain, 'get', (n) => plain.request(`/v1/tenants/${idOf(n)}`));
  await measure(ours, 'get', (n) => ours.request(`/v1/tenants/${idOf(n)}`));
  await measure(ours, 'create', (n) =>
    ours.request('/v1/tenants', {
      slug: `new-${n}`,
      displayName: `New ${n}`,
      template: 'bench',
      cell: 'bench',
    }),
  );
  const memory = await Promise.all(
    running.map(async ({ name, pid }) => ({ name, mb: await residentMegabytes(pid) })),
  );
  report(rows, memory);
} finally {
  for (const contender of running) await contender.stop();
  await ground.remove();
}

/** Different pages of the list, without following cursors: each begins at another day of birth. */
function walk(contender: ApiContender, path: string): (n: number) => Promise<void> {
  const now = Date.now();
  return (n) => {
    const before = new Date(now - ((n * 50) % tenants) * 1000).toISOString();
    return contender.request(`${path}&filter=${encodeURIComponent(`createdAt <= ${before}`)}`);
  };
}

function report(rows: readonly Latency[], memory: readonly { name: string; mb: number }[]): void {
  console.log(`\n${tenants} tenants, ${requests} requests each, ${concurrency} at a time`);
  console.table(
    rows.map(({ contender, what, p50, p99, perSecond }) => ({
      contender,
      what,
      'p50 ms': p50.toFixed(1),
      'p99 ms': p99.toFixed(1),
      'requests/s': Math.round(perSecond),
    })),
  );
  console.table(memory.map(({ name, mb }) => ({ contender: name, 'resident MB': Math.round(mb) })));
  const p99 = (what: string): number =>
    rows.find((row) => row.contender === 'leasehold' && row.what === what)?.p99 ?? Number.NaN;
  judge('p99 of a page of the list', p99('list'), goals.list, 'ms');
  judge('p99 of a filtered page', p99('list filtered'), goals.list, 'ms');
  judge('p99 of a tenant', p99('get'), goals.get, 'ms');
  judge('p99 of an accepted onboarding', p99('create'), goals.create, 'ms');
  judge(
    'resident memory of the API',
    memory.find(({ name }) => name === 'leasehold')?.mb ?? Number.NaN,
    goals.memory,
    'MB',
  );
}

function judge(what: string, value: number, goal: number, unit: string): void {
  console.log(
    `${what}: ${value.toFixed(1)} ${unit} (goal: under ${goal}): ${value < goal ? 'met' : 'MISSED'}`,
  );
}
