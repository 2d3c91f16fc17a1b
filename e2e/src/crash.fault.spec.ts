import { familyOf, killAll, processesNaming, Product, until } from '@leasehold/product-harness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let product: Product;
beforeEach(async () => {
  product = await Product.create();
  await product.start();
});
afterEach(() => product.remove());

describe('kill -9 of everything', () => {
  test.each(['plan', 'apply', 'verify'])(
    'while an onboarding is in its step "%s": the next start completes it, and no number is handed out twice',
    async (step) => {
      const acme = product.client('acme.localhost');
      const numbers = [await acme.next(), await acme.next()];
      const api = await product.api();
      const { id } = await api.createTenant({
        slug: 'globex',
        displayName: 'Globex',
        template: 'counter',
        plan: 'free',
      });
      await until(
        `step ${step} to begin`,
        async () => {
          const operation = await api.operation(id);
          const state = operation.steps.find(({ name }) => name === step)?.state;
          return state === 'running' || state === 'succeeded';
        },
        { deadlineMs: 30_000 },
      );
      killAll(familyOf(product.supervisorPid));
      await until('everything to be dead', () => product.ended, { deadlineMs: 10_000 });

      await product.start();
      const again = await product.api();
      const operation = await again.ended(id);
      expect(operation.state, JSON.stringify(operation)).toBe('succeeded');
      expect((await product.client('globex.localhost').get('/')).status).toBe(200);
      expect(await product.client('globex.localhost').next()).toBe(1n);
      numbers.push(await acme.next(), await acme.next());
      expect(new Set(numbers).size).toBe(numbers.length);
      expect([...numbers].sort((a, b) => Number(a - b))).toEqual(numbers);
    },
  );

  test('of the supervisor alone: its children end by themselves, and the next start works', async () => {
    killAll([product.supervisorPid]);
    await until('its children to end', () => processesNaming(product.dataDir).length === 0, {
      deadlineMs: 60_000,
      explain: () => processesNaming(product.dataDir).join('\n'),
    });
    await product.start();
    expect((await product.client('acme.localhost').get('/')).status).toBe(200);
  });
});
