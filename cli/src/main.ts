/** leasehold: the command for people and scripts, over the admin API. */
import { createInterface } from 'node:readline/promises';
import { run } from './program.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
// A reader that goes away (`| head`) is no error.
process.stdout.on('error', () => process.exit(0));

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  streams: { out: process.stdout, err: process.stderr },
  signal: stop.signal,
  ask: process.stdin.isTTY ? ask : undefined,
});
