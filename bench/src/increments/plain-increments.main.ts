/** What one writes first: a bare HTTP server with the totals in a Map. No tenant, nothing kept. */
import { createServer } from 'node:http';
import { announceReady, onStop } from '@leasehold/processes';
import { z } from 'zod';

const totals = new Map<string, number>();
const body = z.strictObject({ key: z.string(), value: z.int().min(1) });

const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += String(chunk)));
  request.on('end', () => {
    const { key, value } = body.parse(JSON.parse(text));
    totals.set(key, (totals.get(key) ?? 0) + value);
    response.writeHead(200, { 'content-length': 0 }).end();
  });
});
onStop(() => Promise.resolve());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  announceReady({ port: typeof address === 'object' ? address?.port : 0 });
});
