import { residentMegabytes } from '../api/latency.js';
import type { Ground } from '../ground/ground.js';
import { sendGrpcLoad } from './grpc-load.js';
import { withPlainServer, type Measured } from './plain.js';

/** Protobuf by hand: a=9223372036854775000, b=807; and n=[10001]. */
const methods = [
  { name: 'Add', path: '/calc.Calc/Add', message: 'CNj5////////fxCnBg==', share: 1 },
  { name: 'NthPrimes([10001])', path: '/calc.Calc/NthPrimes', message: 'CgKRTg==', share: 0.2 },
];

/** The calls over gRPC, with their events in the log, beside a plain server of gRPC's own library that keeps nothing. */
export async function measureCalcGrpc(
  ground: Ground,
  connections: number,
  requests: number,
): Promise<Measured[]> {
  const rows = await withPlainServer('plain-grpc.main.js', [], (plain) =>
    measureMethods('plain gRPC server, no log', plain, connections, requests),
  );
  const replica = await ground.replica('calc');
  try {
    const server = { port: replica.grpcPort ?? 0, pid: replica.pid };
    return [...rows, ...(await measureMethods('calc, 1 replica', server, connections, requests))];
  } finally {
    await replica.stop();
  }
}

/** The first tenth is a warm-up. */
async function measureMethods(
  what: string,
  { port, pid }: { port: number; pid: number },
  connections: number,
  requests: number,
): Promise<Measured[]> {
  const rows: Measured[] = [];
  for (const { name, path, message, share } of methods) {
    const calls = Math.ceil(requests * share);
    await sendGrpcLoad({ port, connections, path, message, calls: Math.ceil(calls / 10) });
    const result = await sendGrpcLoad({ port, connections, path, message, calls });
    rows.push({ name: `${name}: ${what}`, result, memory: await residentMegabytes(pid) });
  }
  return rows;
}
