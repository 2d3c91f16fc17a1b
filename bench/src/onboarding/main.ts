/**
 * How long it takes to bring a client online, from the request to the first 200 of its page: our way beside the plain
 * Automation API, in one run, on the same product with the same program, chart and providers.
 * Usage: npm run onboarding -w @leasehold/bench [-- --clients 12]
 */
import { parseArgs } from 'node:util';
import { Product } from '@leasehold/product-harness';
import type { Contender } from './contender.js';
import { LeaseholdContender } from './leasehold-contender.js';
import { measure, median, type Measurement } from './measure.js';
import { PlainContender } from './plain-contender.js';

/** Goals: a share of the plain way's time at concurrency 1, a multiple of its throughput at 4. */
const goals = { timeShareAt1: 0.35, throughputAt4: 2.5 };

const { values } = parseArgs({ options: { clients: { type: 'string', default: '12' } } });
const clients = Number(values.clients);
if (!Number.isInteger(clients) || clients < 4) throw new Error('--clients must be a whole number from 4');

let count = 0;
const slugs = () => `bench-${(count += 1)}`;

const product = await Product.create();
try {
  await product.start();
  const api = await product.api();
  const ours = new LeaseholdContender(product, api);
  const plain = await PlainContender.create(product, api);
  await warmUp([ours, plain]);
  // In turn, so that a slow minute of the machine hits both.
  const rows: Measurement[] = [];
  for (const concurrency of [1, 4]) {
    for (const contender of [plain, ours])
      rows.push(await measure(contender, { clients, concurrency, slugs }));
  }
  await plain.close();
  report(rows);
} finally {
  await product.remove();
}

async function warmUp(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) await (await contender.onboard(slugs()))();
}

function report(rows: readonly Measurement[]): void {
  console.log('\nclients online: time from the request to the first 200 of the page');
  console.table(
    rows.map(({ contender, concurrency, each, clientsPerSecond }) => ({
      contender,
      concurrency,
      'median ms': Math.round(median(each)),
      'min ms': Math.round(each[0] ?? Number.NaN),
      'max ms': Math.round(each.at(-1) ?? Number.NaN),
      'clients/s': clientsPerSecond.toFixed(2),
    })),
  );
  for (const { contender, concurrency, parts } of rows) {
    console.log(`where the time goes (median ms): ${contender}, concurrency ${concurrency}`);
    console.table(Object.entries(parts).map(([part, ms]) => ({ part, ms: Math.round(ms) })));
  }
  judge(rows);
}

function judge(rows: readonly Measurement[]): void {
  const [plain1, ours1, plain4, ours4] = rows;
  if (!plain1 || !ours1 || !plain4 || !ours4) throw new Error('a measurement is missing');
  const share = median(ours1.each) / median(plain1.each);
  const multiple = ours4.clientsPerSecond / plain4.clientsPerSecond;
  const word = (met: boolean) => (met ? 'met' : 'MISSED');
  console.log(
    `share of the plain way's time at 1: ${share.toFixed(2)} (goal: under ${goals.timeShareAt1}): ${word(share < goals.timeShareAt1)}`,
  );
  console.log(
    `multiple of its throughput at 4: ${multiple.toFixed(2)} (goal: over ${goals.throughputAt4}): ${word(multiple > goals.throughputAt4)}`,
  );
}
