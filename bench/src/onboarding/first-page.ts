import { until, type Product } from '@leasehold/product-harness';

/** Waits until the client's page is there; the same patience for every contender. */
export async function firstPage(product: Product, slug: string): Promise<void> {
  const client = product.client(`${slug}.localhost`);
  await until(`the page of ${slug}`, async () => (await client.get('/')).status === 200, {
    deadlineMs: 60_000,
    // Looking more often would cost the machine more than it tells.
    everyMs: 50,
  });
}
