import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { help } from './session.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const template = path('../../../tenant-templates/calc');

let dir: string;
let pod: Pod;

/** Calculations need no data: behind this pod there is nothing. */
const environment = {
  PORT: '0',
  GRPC_PORT: '0',
  TENANT_ID: 'ten_1',
  TENANT_SLUG: 'acme',
  TENANT_NAME: 'Acme',
  TEMPLATE: 'calc',
  RELEASE: '1.0.0',
  POD_NAME: 'app-1',
  ROW_KEY_PREFIX: '0123456789',
  BIGTABLE_PROJECT: 'p',
  BIGTABLE_INSTANCE: 'i',
  DATA_GATEWAY_ENDPOINT: '127.0.0.1:1',
  DATA_GATEWAY_TOKEN_FILE: '/nonexistent',
  BRANDING_URL: 'http://127.0.0.1:1/current.json',
  BRANDING_TOKEN_FILE: '/nonexistent',
  LOG_LEVEL: 'error',
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lh-calc-cli-'));
  await promisify(execFile)(process.execPath, [join(template, 'build-image.mjs'), join(dir, 'image')]);
  pod = await Pod.start(join(dir, 'image'), { ...environment, LOG_LEVEL: 'info' });
});
afterAll(async () => {
  await pod[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

/** Runs the command with this input; all that it has said, and how it ended. */
async function run(args: readonly string[], input: string) {
  const child = spawn(process.execPath, [path('../dist/main.js'), ...args], { env: {} });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, complained, code };
}

const converse = (input: string) => run(['connect', `127.0.0.1:${pod.grpcPort}`], input);

describe('a person at the prompt', () => {
  it('gets results, corrections and help, line by line, until the exit', async () => {
    const input = ['add 2 5', 'np 2 12', 'max -2 5', 'add 1', 'add x 1', 'sub 1 2', '', 'exit', 'add 1 1'];
    const { said, complained, code } = await converse(`${input.join('\n')}\n`);
    const answers = ['7', '3 37', '5', 'expected 2 parameters', 'x is not an int64', help];
    expect(said).toBe(`${answers.map((answer) => `calc> ${answer}\n`).join('')}calc> calc> `);
    expect([complained, code]).toEqual(['', 0]);
  });

  it('is told the errors of the server, and goes on', async () => {
    const { said, code } = await converse('np 0\nadd 9223372036854775807 1\nadd 1 1\n');
    expect(said).toBe(
      'calc> OUT_OF_RANGE: 1 <= n <= 10001\ncalc> OUT_OF_RANGE: 9223372036854775807 + 1\ncalc> 2\ncalc> \n',
    );
    expect(code).toBe(0);
  });

  it('ends with the input, also in the middle of a line', async () => {
    expect(await converse('')).toEqual({ said: 'calc> \n', complained: '', code: 0 });
    expect(await converse('add 2 5')).toEqual({ said: 'calc> 7\ncalc> \n', complained: '', code: 0 });
  });

  it('is told that there is no server, and how to call the program', async () => {
    const nobody = createServer();
    const port = await new Promise<number>((resolve) => {
      nobody.listen(0, '127.0.0.1', () => resolve((nobody.address() as { port: number }).port));
    });
    await new Promise((resolve) => nobody.close(resolve));
    const alone = await run(['connect', `127.0.0.1:${port}`], 'add 1 1\n');
    expect(alone).toEqual({ said: '', complained: `No server answers at 127.0.0.1:${port}.\n`, code: 1 });
    const lost = await run([], '');
    expect(lost.code).toBe(2);
    expect(lost.complained).toMatch(/^usage:/);
    expect(await run(['connect', 'no address'], '')).toMatchObject({ code: 2 });
  });
});

it('the definition that the client ships is the server’s', async () => {
  const own = await readFile(path('../proto/calc.proto'), 'utf8');
  expect(own).toBe(await readFile(join(template, 'proto/calc.proto'), 'utf8'));
});
