/** The generator of gRPC calls as a process. */
import { announceReady, onStop } from '@leasehold/processes';
import { GrpcClient } from '../gateway/grpc-client.js';
import type { LoadResult } from '../load/load-messages.js';
import { grpcLoadSchema, type GrpcLoad } from './grpc-load.js';

async function run({ port, connections, calls, path, message }: GrpcLoad): Promise<LoadResult> {
  const bytes = Buffer.from(message, 'base64');
  const times: number[] = [];
  let sent = 0;
  let failed = 0;
  const lane = async (): Promise<void> => {
    const client = new GrpcClient({ host: '127.0.0.1', port });
    while (sent < calls) {
      sent += 1;
      const began = performance.now();
      await client.callPath(path, bytes).then(
        () => times.push(performance.now() - began),
        () => (failed += 1),
      );
    }
    client.close();
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - began) / 1000;
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  const statuses = { OK: times.length };
  return {
    statuses,
    lost: failed,
    bodies: [],
    perSecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
  };
}

process.on('message', (message) => {
  const load = grpcLoadSchema.safeParse(message);
  if (load.success) void run(load.data).then((result) => process.send?.(result));
});
onStop(() => Promise.resolve());
announceReady();
