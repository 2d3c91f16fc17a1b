/** What one writes first: a bare HTTP server with the balances in a Map. No accounts that are proved, no tenant, nothing kept. */
import { createServer } from 'node:http';
import { announceReady, onStop } from '@leasehold/processes';

const balances = new Map<string, number>();
const openingTokens = 1_000_000;

const server = createServer((request, response) => {
  const user = request.headers.authorization ?? '';
  const balance = balances.get(user) ?? openingTokens;
  if (balance < 1) {
    response.writeHead(402).end();
    return;
  }
  balances.set(user, balance - 1);
  const body = JSON.stringify({ meme: 'ONE DOES NOT SIMPLY\nKEEP A LEDGER IN A MAP', tokens: 1 });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
onStop(() => Promise.resolve());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  announceReady({ port: typeof address === 'object' ? address?.port : 0 });
});
