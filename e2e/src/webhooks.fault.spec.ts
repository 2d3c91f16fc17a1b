import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { familyOf, killAll, Product, until } from '@leasehold/product-harness';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const message = z.object({ id: z.string(), type: z.string() });
const address = z.object({ port: z.number() });
const deliveries = z.object({ items: z.array(z.object({ messageId: z.string(), state: z.string() })) });

let product: Product;
let endpoint: Server;
let answers: boolean;
const received: z.infer<typeof message>[] = [];

beforeEach(async () => {
  answers = false;
  endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(message.parse(JSON.parse(Buffer.concat(chunks).toString())));
      if (answers) response.writeHead(204).end();
    });
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  product = await Product.create();
  await product.start();
});
afterEach(async () => {
  await product.remove();
  endpoint.closeAllConnections();
  endpoint.close();
});

test('a worker that is killed while it waits for an endpoint: the next start delivers every message', async () => {
  const api = await product.api();
  const url = `http://127.0.0.1:${address.parse(endpoint.address()).port}/`;
  const { status, body } = await api.call('POST', '/v1/webhooks', {
    url,
    types: ['tenant.created', 'tenant.state'],
  });
  expect(status).toBe(201);
  const { id } = z.object({ id: z.string() }).parse(body);
  const operation = await api.createTenant({ slug: 'globex', displayName: 'Globex', template: 'counter' });
  await api.ended(operation.id);
  await until('a message to be under way', () => received.length > 0, { deadlineMs: 30_000 });
  killAll(familyOf(product.supervisorPid));
  await until('everything to be dead', () => product.ended, { deadlineMs: 10_000 });

  answers = true;
  await product.start();
  const again = await product.api();
  const all = async () =>
    deliveries.parse((await again.call('GET', `/v1/webhooks/${id}/deliveries`)).body).items;
  await until(
    'every delivery to succeed',
    async () => (await all()).length >= 2 && (await all()).every(({ state }) => state === 'succeeded'),
    { deadlineMs: 90_000, everyMs: 250 },
  );
  const told = new Set(received.map((each) => each.id));
  for (const { messageId } of await all()) expect(told).toContain(messageId);
  expect(received.map(({ type }) => type)).toContain('tenant.state');
});
