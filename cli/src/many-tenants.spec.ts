import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './program.js';

const row = (number: number, slug: string, result: string, more: object = {}) => ({
  row: number,
  slug,
  result,
  tenantId: null,
  operationId: null,
  changes: [],
  ...more,
});
const problem = {
  type: 'x',
  title: 'x',
  status: 422,
  code: 'invalid',
  detail: 'The row is not valid.',
  requestId: 'r',
};
const report = (items: { result: string }[], dryRun = false) => ({
  dryRun,
  counts: Object.fromEntries(
    ['accepted', 'updated', 'unchanged', 'refused'].map((result) => [
      result,
      items.filter((item) => item.result === result).length,
    ]),
  ),
  items,
});
const operation = (id: string, state: string, more: object = {}) => ({
  id,
  subject: id.replace('op_', 'ten_'),
  kind: 'tenant.create',
  state,
  endedAt: state === 'running' ? null : '2026-01-01T00:00:00.000Z',
  ...more,
});

let folder: string;
let file: string;
let server: Server;
let url: string;
let seen: { route: string; type: string | undefined; body: string }[];
let answers: Record<string, () => unknown>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
  file = join(folder, 'clients.csv');
  await writeFile(file, 'slug,template\nacme,counter\nglobex,counter\n');
  seen = [];
  answers = {};
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = `${request.method ?? ''} ${request.url ?? ''}`;
      seen.push({ route, type: request.headers['content-type'], body: Buffer.concat(chunks).toString() });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[route]?.()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function leasehold(...args: string[]) {
  let out = '';
  let err = '';
  const code = await run({
    args,
    env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test' },
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));

describe('many clients from one file', () => {
  it('are sent as the CSV that they are, and told row by row', async () => {
    answers['POST /v1/tenants:batch'] = () =>
      report([
        row(2, 'acme', 'accepted', { operationId: 'op_acme' }),
        row(3, 'globex', 'updated', { operationId: 'op_globex', changes: ['plan'] }),
      ]);
    const { code, out, err } = await leasehold('tenants', 'create', '--file', file);
    expect(code).toBe(0);
    expect(seen).toEqual([
      {
        route: 'POST /v1/tenants:batch',
        type: 'text/csv',
        body: 'slug,template\nacme,counter\nglobex,counter\n',
      },
    ]);
    expect(lines(out)).toEqual([
      ['ROW', 'SLUG', 'RESULT', 'OPERATION', 'WHY'],
      ['2', 'acme', 'accepted', 'op_acme', '-'],
      ['3', 'globex', 'updated', 'op_globex', 'plan'],
    ]);
    expect(err).toContain('1 accepted, 1 updated, 0 unchanged, 0 refused.');
  });

  it('end with 3 when a row was refused, with its column', async () => {
    const errors = [{ pointer: 'row 3, column template', message: 'is not known' }];
    answers['POST /v1/tenants:batch'] = () =>
      report([row(2, 'acme', 'unchanged'), row(3, 'globex', 'refused', { problem: { ...problem, errors } })]);
    const { code, out, err } = await leasehold('tenants', 'create', '--file', file);
    expect([code, err]).toEqual([3, expect.stringContaining('1 row was refused')]);
    expect(lines(out)[2]).toEqual(['3', 'globex', 'refused', '-', 'row 3, column template: is not known']);
  });

  it('are followed to their ends with --watch', async () => {
    answers['POST /v1/tenants:batch'] = () =>
      report([
        row(2, 'acme', 'accepted', { operationId: 'op_acme' }),
        row(3, 'globex', 'accepted', { operationId: 'op_globex' }),
      ]);
    let reads = 0;
    const error = { code: 'quota', message: 'The cell is full.', retryable: false };
    answers['GET /v1/operations?limit=500'] = () => ({
      items: [
        operation('op_globex', ++reads === 1 ? 'running' : 'failed', reads === 1 ? {} : { error }),
        operation('op_acme', 'succeeded'),
        operation('op_other', 'running'),
      ],
      nextCursor: null,
    });
    const { code, out, err } = await leasehold('tenants', 'create', '--file', file, '--watch');
    expect([code, err]).toEqual([6, expect.stringContaining('1 of 2 operations have not succeeded')]);
    expect(out.split('\n').slice(-3)).toEqual([
      '✓ acme  tenant.create succeeded',
      '✗ globex  tenant.create failed: The cell is full. (op_globex)',
      '',
    ]);
  });

  it('are only looked at with --dry-run; a list in JSON is the same', async () => {
    const list = join(folder, 'clients.json');
    await writeFile(list, '[{"slug":"acme","template":"counter"}]');
    answers['POST /v1/tenants:batch?dryRun=true'] = () => report([row(1, 'acme', 'accepted')], true);
    const { code, out } = await leasehold('tenants', 'create', '--file', list, '--dry-run', '--json');
    expect([code, JSON.parse(out)]).toEqual([0, report([row(1, 'acme', 'accepted')], true)]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ items: [{ slug: 'acme', template: 'counter' }] });
  });

  it('take no options of one client', async () => {
    for (const more of [['acme'], ['--plan', 'free']]) {
      const { code, err } = await leasehold('tenants', 'create', ...more, '--file', file);
      expect([code, err]).toEqual([2, expect.stringContaining('A file with many tenants says all of each')]);
    }
    expect(seen).toEqual([]);
  });
});
