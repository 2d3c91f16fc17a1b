/**
 * What one writes first. `bare`: node:http and a fixed answer; `counter`: a number in memory, forgetful; `calc`: a sum of two decimal texts.
 */
import { createServer, type RequestListener } from 'node:http';
import { announceReady, onStop } from '@leasehold/processes';
import { z } from 'zod';

const sum = z.object({ a: z.string(), b: z.string() });
let last = 0;

const listeners: Readonly<Record<string, RequestListener>> = {
  bare: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 1 }).end('1');
  },
  counter: (_request, response) => {
    const body = String(++last);
    response
      .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length })
      .end(body);
  },
  calc: (request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const { a, b } = sum.parse(JSON.parse(text));
      const body = JSON.stringify({ sum: String(BigInt(a) + BigInt(b)) });
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    });
  },
};

const listener = listeners[process.argv[2] ?? ''];
if (listener === undefined) throw new Error(`Name one of ${Object.keys(listeners).join(', ')}.`);
const server = createServer(listener);
onStop(() => Promise.resolve());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  announceReady({ port: typeof address === 'object' ? address?.port : 0 });
});
