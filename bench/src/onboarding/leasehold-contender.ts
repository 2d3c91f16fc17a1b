import type { Api, Product } from '@leasehold/product-harness';
import { z } from 'zod';
import type { Contender } from './contender.js';
import { firstPage } from './first-page.js';

const timedSteps = z.looseObject({
  state: z.string(),
  createdAt: z.string(),
  steps: z.array(
    z.object({ name: z.string(), startedAt: z.string().nullish(), endedAt: z.string().nullish() }),
  ),
});

/** Our own way: one POST, and the page answers. */
export class LeaseholdContender implements Contender {
  readonly name = 'Leasehold (POST /v1/tenants)';

  constructor(
    private readonly product: Product,
    private readonly api: Api,
  ) {}

  async onboard(slug: string): Promise<Record<string, number>> {
    const { id } = await this.api.createTenant({
      slug,
      displayName: `Bench ${slug}`,
      template: 'counter',
      plan: 'free',
    });
    await firstPage(this.product, slug);
    // The page may answer a little before the operation has written its end.
    await this.api.ended(id);
    const operation = timedSteps.parse((await this.api.call('GET', `/v1/operations/${id}`)).body);
    if (operation.state !== 'succeeded')
      throw new Error(`Onboarding ${slug} ended ${JSON.stringify(operation)}`);
    return breakdown(operation);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function breakdown({ createdAt, steps }: z.output<typeof timedSteps>): Record<string, number> {
  const parts: Record<string, number> = {};
  const [first] = steps;
  if (first?.startedAt) parts['accepted -> first step'] = between(createdAt, first.startedAt);
  for (const { name, startedAt, endedAt } of steps) {
    if (startedAt && endedAt) parts[name] = between(startedAt, endedAt);
  }
  return parts;
}

function between(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
