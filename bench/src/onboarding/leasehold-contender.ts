import type { Api, Product } from '@leasehold/product-harness';
import { z } from 'zod';
import type { Breakdown, Contender } from './contender.js';
import { firstPage } from './first-page.js';

const timed = z.looseObject({
  state: z.string(),
  result: z.looseObject({ timings: z.record(z.string(), z.number()) }),
});

/** Our own way: one POST, and the page answers. */
export class LeaseholdContender implements Contender {
  readonly name = 'Leasehold (POST /v1/tenants)';

  constructor(
    private readonly product: Product,
    private readonly api: Api,
  ) {}

  async onboard(slug: string): Promise<Breakdown> {
    const { id } = await this.api.createTenant({
      slug,
      displayName: `Bench ${slug}`,
      template: 'counter',
      plan: 'free',
    });
    await firstPage(this.product, slug);
    return async () => {
      await this.api.ended(id);
      const { state, result } = timed.parse((await this.api.call('GET', `/v1/operations/${id}`)).body);
      if (state !== 'succeeded') throw new Error(`Onboarding ${slug} ended ${state}`);
      return result.timings;
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
