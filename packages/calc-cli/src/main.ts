/** leasehold-calc: a calculator at the prompt, over gRPC. */
import { AddressError, parseAddress } from './address.js';
import { CalcClient, NoServerError } from './calc-client.js';
import { converse, help } from './session.js';

const waitMs = 5_000;
const usage = `usage: leasehold-calc connect ADDRESS

ADDRESS is host:port, such as calc1.localhost:8081; https://host for a server with TLS.
A server that asks for a token gets the one in LEASEHOLD_CALC_TOKEN.

At the prompt:
${help}
`;

process.exitCode = await run(process.argv.slice(2));

async function run([command, address, ...more]: readonly string[]): Promise<number> {
  if (command === 'help' || command === '--help') {
    process.stdout.write(usage);
    return 0;
  }
  if (command !== 'connect' || address === undefined || more.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    const client = await CalcClient.connect(
      parseAddress(address),
      waitMs,
      process.env['LEASEHOLD_CALC_TOKEN'],
    );
    const { stdin, stdout } = process;
    await converse(client, stdin, stdout, stdin.isTTY && stdout.isTTY);
    client.close();
    return 0;
  } catch (error) {
    if (!(error instanceof NoServerError) && !(error instanceof AddressError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof AddressError ? 2 : 1;
  }
}
