/**
 * What a tenant costs while nobody uses it: the memory of all processes of the product with many sleeping tenants, beside none, and beside the same
 * tenants awake. The product is stopped and started before each, so that all begin with the same fresh heaps, and pods begin asleep.
 * Usage: npm run sleeping -w @leasehold/bench [-- --tenants 40]
 */
import { Product } from '@leasehold/product-harness';
import { parseArgs } from 'node:util';
import { firstPage } from '../onboarding/first-page.js';
import type { Memory } from './memory-of.js';
import { settledMemory } from './settled-memory.js';

/** MB a sleeping tenant. */
const goal = 5;
/** As many as the product runs without a queue of its own. */
const atOnce = 4;

const { values } = parseArgs({ options: { tenants: { type: 'string', default: '40' } } });
const tenants = Number(values.tenants);
if (!Number.isInteger(tenants) || tenants < 1) throw new Error('--tenants must be a whole number above 0.');
const slugs = Array.from({ length: tenants }, (_, index) => `sleeper-${index + 1}`);

const product = await Product.create();
try {
  await product.start();
  const none = await afterStart();
  await eachOf(slugs, onboard);
  const asleep = await afterStart();
  await eachOf(slugs, (slug) => firstPage(product, slug));
  const awake = await settledMemory(product.supervisorPid);
  report(none, asleep, awake);
} finally {
  await product.remove();
}

async function afterStart(): Promise<Memory> {
  await product.stop();
  await product.start();
  return settledMemory(product.supervisorPid);
}

async function onboard(slug: string): Promise<void> {
  const api = await product.api();
  await api.onboard({ slug, displayName: slug, template: 'counter', plan: 'free' });
}

async function eachOf(names: readonly string[], work: (slug: string) => Promise<void>): Promise<void> {
  const queue = [...names];
  const worker = async (): Promise<void> => {
    for (let slug = queue.shift(); slug !== undefined; slug = queue.shift()) await work(slug);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function report(none: Memory, asleep: Memory, awake: Memory): void {
  const stages = { none, asleep, awake };
  console.log(
    `\nmemory (MB, shared pages counted once) with no tenant but the sample's, and with ${tenants} more`,
  );
  console.table(
    Object.entries(stages).map(([tenantsAre, { total, processes }]) => ({
      tenantsAre,
      processes,
      MB: Math.round(total),
      'MB a tenant': ((total - none.total) / tenants).toFixed(2),
    })),
  );
  const programs = [...new Set(Object.values(stages).flatMap((stage) => [...stage.programs.keys()]))];
  console.table(
    programs.sort().map((program) => ({
      program,
      ...Object.fromEntries(
        Object.entries(stages).map(([stage, memory]) => [
          stage,
          Math.round(memory.programs.get(program) ?? 0),
        ]),
      ),
    })),
  );
  const each = (asleep.total - none.total) / tenants;
  console.log(
    `a sleeping tenant: ${each.toFixed(2)} MB (goal: under ${goal}): ${each < goal ? 'met' : 'MISSED'}`,
  );
  if (each >= goal) process.exitCode = 1;
}
