import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadManifest, type TemplateManifest } from '@leasehold/template-manifest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findImage } from './find-image.js';
import { Ground } from './ground/ground.js';
import type { Pod } from './ground/pod.js';
import { Subject } from './subject.js';
import { CalcProduct } from './testing/calc-product.js';
import { CounterProduct } from './testing/counter-product.js';
import { IncrementsProduct } from './testing/increments-product.js';
import { IntegersProduct } from './testing/integers-product.js';
import { MemesProduct } from './testing/memes-product.js';
import { outages } from './testing/outage.js';
import type { Product } from './testing/product.js';
import { askingOf, type Ask, type Told } from './testing/told.js';

const root = fileURLToPath(new URL('../../../tenant-templates', import.meta.url));
const patience = { timeout: 30_000, interval: 100 };

const products = [
  new CounterProduct(),
  new CalcProduct(),
  new IncrementsProduct(),
  new IntegersProduct(),
  new MemesProduct(),
];

interface Built {
  readonly product: Product;
  readonly image: string;
  readonly manifest: TemplateManifest;
}

interface Running {
  readonly product: Product;
  readonly subject: Subject;
  readonly pod: Pod;
  readonly ask: Ask;
}

describe('Bigtable', () => {
  let ground: Ground;
  let running: Running[];

  beforeAll(async () => {
    const built = await Promise.all(products.map((product) => load(product)));
    // An emulator that hangs is not to be replaced in the middle of the test.
    ground = await Ground.open(
      built.map(({ manifest }) => manifest),
      { silenceMs: 600_000 },
    );
    running = await Promise.all(built.map((each) => run(each)));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map(({ pod }) => pod[Symbol.asyncDispose]()));
    await ground[Symbol.asyncDispose]();
  });

  async function run({ product, manifest, image }: Built): Promise<Running> {
    const subject = new Subject(manifest, image, ground);
    const tenant = await subject.newTenant(product.parameters);
    const pod = await subject.start(tenant);
    const ask = askingOf(pod, await ground.userToken(tenant, ['admin']));
    await product.prepare(ask);
    return { product, subject, pod, ask };
  }

  const each = async <T>(work: (one: Running) => Promise<T>): Promise<Record<string, T>> =>
    Object.fromEntries(
      await Promise.all(running.map(async (one) => [one.product.template, await work(one)] as const)),
    );
  const all = <T>(value: T): Record<string, T> =>
    Object.fromEntries(running.map(({ product }) => [product.template, value]));
  const readiness = (): Promise<Record<string, boolean>> => each(({ subject, pod }) => subject.isReady(pod));

  test.each(outages)(
    'that $name: no route acknowledges what is not stored, nothing is counted twice, and pods say how it is',
    { timeout: 120_000 },
    async ({ begin, end, writes, unready }) => {
      await begin(ground);
      try {
        if (unready) await expect.poll(readiness, patience).toEqual(all(false));
        const told = await each(async ({ product, ask }) => {
          const [written, read] = await Promise.all([product.write(ask), product.read(ask)]);
          return { written, read };
        });
        for (const { product } of running) {
          const { template, reserves } = product;
          const allowed = reserves ? [...writes, 'acknowledged'] : writes;
          expect(told[template]?.written.filter((one) => !allowed.includes(one.told)).map(brief)).toEqual([]);
          expect(told[template]?.written.some((one) => one.told !== 'acknowledged')).toBe(true);
          if (unready)
            expect(told[template]?.read.filter((one) => one.told !== 'refused').map(brief)).toEqual([]);
        }
        expect(await each(async ({ pod }) => (await pod.tryAsk('/healthz/live'))?.status)).toEqual(all(200));
        if (!unready) expect(await readiness()).toEqual(all(true));
      } finally {
        await end(ground);
      }
      await expect.poll(readiness, patience).toEqual(all(true));
      expect(await each(({ product, ask }) => product.faults(ask))).toEqual(all([]));
    },
  );
});

async function load(product: Product): Promise<Built> {
  const image = await findImage(join(root, product.template));
  return { product, image, manifest: await loadManifest(image) };
}

function brief({ route, told, answer }: Told): string {
  return `${route} is ${told}: ${answer?.status} ${answer?.body.slice(0, 200)}`;
}
