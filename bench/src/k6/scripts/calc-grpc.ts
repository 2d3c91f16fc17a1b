/** Sums over gRPC, each user on a connection of its own. */
import { check } from 'k6';
import grpc from 'k6/net/grpc';
import { sumOf } from './calc-cases.js';
import { optionsOf, setting } from './every-script.js';

export const options = optionsOf('grpc_req_duration');

const address = setting('GRPC_ADDRESS');
const client = new grpc.Client();
client.load([setting('PROTO_FOLDER')], 'calc.proto');

export default function add(): void {
  if (__ITER === 0) client.connect(address, { plaintext: true });
  const { a, b, sum } = sumOf(__ITER);
  const { status, message } = client.invoke('calc.Calc/Add', { a, b });
  check(null, {
    'is the exact sum': () => status === grpc.StatusOK && JSON.stringify(message) === JSON.stringify({ sum }),
  });
}
