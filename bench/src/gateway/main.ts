/**
 * What the data gateway costs: calls through it (authenticated, checked, durable, metered) beside the same calls to the emulator behind it,
 * which keeps nothing, in one run.
 * Usage: npm run gateway -w @leasehold/bench [-- --calls 5000 --concurrency 32]
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { forkService } from '@leasehold/processes';
import { repository } from '@leasehold/product-harness';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { z } from 'zod';
import { latency } from '../api/latency.js';
import { cpuSeconds } from '../ground/cpu-time.js';
import { newSigner } from '../ground/es256.js';
import { GrpcClient } from './grpc-client.js';
import { measuredCalls } from './requests.js';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '5000' }, concurrency: { type: 'string', default: '32' } },
});
const [calls, concurrency] = [Number(values.calls), Number(values.concurrency)];
if (!Number.isInteger(calls) || calls < 100) throw new Error('--calls must be a whole number from 100');
if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 500)
  throw new Error('--concurrency must be a whole number from 1 to 500');

const folder = await mkdtemp(join(tmpdir(), 'lh-bg-'));
const signer = newSigner();
await writeFile(join(folder, 'jwks.json'), signer.jwks);
const prefix = newPrefix(randomBytes);
const gateway = await forkService({
  entry: fileURLToPath(new URL('../memes/gateway.main.js', import.meta.url)),
  args: [folder, prefix, join(repository, 'migrations/bigtable/tables.json')],
  parseFacts: (given) => z.looseObject({ port: z.int() }).parse(given),
  onLine: (line) => void process.stderr.write(`${line}\n`),
});
const token = signer.token({
  iss: 'https://twin.leasehold.local',
  sub: 'system:serviceaccount:t-bench:app',
  aud: 'data-gateway',
  'kubernetes.io': { namespace: 't-bench' },
});
const contenders = [
  { name: 'emulator', client: new GrpcClient({ path: join(folder, 'run', 'emulator.sock') }) },
  {
    name: 'gateway',
    client: new GrpcClient(
      { host: '127.0.0.1', port: gateway.facts.port },
      { authorization: `Bearer ${token}` },
    ),
  },
];
try {
  const rows: Record<string, string | number>[] = [];
  for (const { name: what, method, message } of measuredCalls(
    'projects/leasehold-bench/instances/local/tables/counters',
    prefix,
  )) {
    const requests = method === 'MutateRows' ? Math.ceil(calls / 20) : calls;
    // In turn, so that a slow minute of the machine hits both.
    for (const { name, client } of contenders) {
      const before = await cpuSeconds(gateway.pid);
      const send = (n: number): Promise<void> => client.call(method, message(n));
      const { p50, p99, perSecond } = await latency(name, what, { requests, concurrency, send });
      // The processes idle while the other one is asked, so both columns are gateway and emulator together.
      const cpu = ((await cpuSeconds(gateway.pid)) - before) / (requests + Math.min(100, requests));
      rows.push({
        what,
        through: name,
        'calls/s': Math.round(perSecond),
        'p50 ms': p50.toFixed(2),
        'p99 ms': p99.toFixed(2),
        'CPU µs a call': Math.round(cpu * 1e6),
      });
    }
  }
  console.log(`\n${calls} calls of each kind, ${concurrency} at a time`);
  console.table(rows);
} finally {
  for (const { client } of contenders) client.close();
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
}
