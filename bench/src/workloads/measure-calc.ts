import type { Ground } from '../ground/ground.js';
import { measureCalcGrpc } from './measure-calc-grpc.js';
import { measure, measurePlain, type Measured } from './plain.js';

const body = '{"a":"9223372036854775000","b":"807"}';
const request = `POST /v1/calc/add HTTP/1.1\r\nhost: calc\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Sums over HTTP/JSON, with their events in the log, beside a server that adds and keeps nothing; then the same over gRPC. */
export async function measureCalc(
  ground: Ground,
  connections: number,
  requests: number,
): Promise<Measured[]> {
  const load = { connections, request, requests };
  const rows = [await measurePlain('a sum in a bare server, no log', 'plain-server.main.js', ['calc'], load)];
  const replica = await ground.replica('calc');
  try {
    rows.push(await measure('calc add, 1 replica', { ...load, ports: [replica.port] }, replica.pid));
  } finally {
    await replica.stop();
  }
  return [...rows, ...(await measureCalcGrpc(ground, connections, requests))];
}
