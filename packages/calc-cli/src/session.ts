import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { CallFailedError, type CalcClient } from './calc-client.js';
import { parseLine } from './parse-line.js';

const prompt = 'calc> ';

export const help = `add x y      the sum of two int64
max x y      the greater of two int64
np x [y ...] the x-th prime, the y-th, ...; 1 <= x <= 10001
help         this
exit         ends`;

/** Asks for lines and answers each, one after the other, until `exit` or the end of the input. */
export async function converse(
  client: Pick<CalcClient, 'call'>,
  input: Readable,
  output: Writable,
  terminal: boolean,
): Promise<void> {
  const lines = createInterface({ input, output, terminal, prompt });
  let open = true;
  lines.once('close', () => (open = false));
  // Of an input that has ended, lines may be left to answer, and it takes no prompt any more.
  const ask = (): unknown => (open ? lines.prompt() : output.write(prompt));
  ask();
  for await (const line of lines) {
    const said = await answerTo(client, line);
    if (said === undefined) return;
    if (said !== '') output.write(`${said}\n`);
    ask();
  }
  // The end of the input leaves the cursor behind the prompt.
  output.write('\n');
}

/** What is said to a line; undefined when it ends the conversation. */
async function answerTo(client: Pick<CalcClient, 'call'>, text: string): Promise<string | undefined> {
  const line = parseLine(text);
  switch (line.kind) {
    case 'nothing':
      return '';
    case 'help':
      return help;
    case 'exit':
      return undefined;
    case 'say':
      return line.text;
    case 'call':
      try {
        return await client.call(line.call);
      } catch (error) {
        if (error instanceof CallFailedError) return error.message;
        throw error;
      }
  }
}
