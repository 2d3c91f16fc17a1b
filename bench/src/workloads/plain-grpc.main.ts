/** What one writes first: gRPC's own library, a sum, and a sieve for each question for primes, as the original has it. It keeps no log. */
import { join } from 'node:path';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { announceReady, onStop } from '@leasehold/processes';
import { repository } from '@leasehold/product-harness';
import { z } from 'zod';

const sum = z.object({ a: z.string(), b: z.string() });
const places = z.object({ n: z.array(z.string()) });
/** Above the 10,001st prime. */
const sieved = 104_744;

const definition = loadSync(join(repository, 'tenant-templates/calc/proto/calc.proto'), {
  longs: String,
  keepCase: true,
  arrays: true,
  defaults: true,
});
const service = definition['calc.Calc'];
if (service === undefined || 'format' in service) throw new Error('There is no service calc.Calc.');
const server = new Server();
server.addService(service, {
  add: unary((request) => {
    const { a, b } = sum.parse(request);
    return { sum: String(BigInt(a) + BigInt(b)) };
  }),
  nthPrimes: unary((request) => {
    const primes = sieve();
    return { nthPrimes: places.parse(request).n.map((n) => primes[Number(n) - 1] ?? 0) };
  }),
});
onStop(() => Promise.resolve());
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  announceReady({ port });
});

function unary(answer: (request: unknown) => object) {
  return ({ request }: ServerUnaryCall<unknown, object>, done: sendUnaryData<object>) =>
    done(null, answer(request));
}

function sieve(): number[] {
  const composite = new Uint8Array(sieved);
  const primes: number[] = [];
  for (let n = 2; n < sieved; n++) {
    if (composite[n] === 1) continue;
    primes.push(n);
    for (let multiple = n * n; multiple < sieved; multiple += n) composite[multiple] = 1;
  }
  return primes;
}
