import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerEachTest, json, leasehold, problem, routes, seen, tenant } from './testing/answering-api.js';

answerEachTest();

describe('exit codes and what a person reads', () => {
  it('0 and a table for a list', async () => {
    routes['GET /v1/tenants?limit=500'] = json(200, { items: [tenant], nextCursor: 'next' });
    routes['GET /v1/tenants?limit=500&cursor=next'] = json(200, {
      items: [{ ...tenant, slug: 'globex' }],
      nextCursor: null,
    });
    const { code, out } = await leasehold(['tenants', 'list']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ +/)[0])).toEqual(['SLUG', 'acme', 'globex', '']);
    expect(seen[0]?.headers.authorization).toBe('Bearer lh_test');
  });

  it('0 and one JSON document for scripts, wherever --json stands', async () => {
    routes['GET /v1/tenants/acme'] = json(200, tenant);
    for (const args of [
      ['--json', 'tenants', 'get', 'acme'],
      ['tenants', 'get', 'acme', '--json'],
    ]) {
      const { code, out } = await leasehold(args);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual(tenant);
    }
  });

  it('3 for a refusal, with the wrong fields and the request id', async () => {
    routes['POST /v1/tenants'] = problem(400, 'invalid_request', 'The tenant is not valid.', {
      errors: [{ pointer: '/slug', message: 'must be lower-case' }],
    });
    const { code, out, err } = await leasehold(['tenants', 'create', 'Acme!', '--template', 'counter']);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toBe(
      'The tenant is not valid.\n  /slug: must be lower-case\n(invalid_request, request req_1)\n',
    );
  });

  it.each([
    [['tenants', 'create', 'acme'], 'Say what the client gets with --template'],
    [['tenants', 'create', '--template', 'counter'], 'Name the tenant'],
    [['plans', 'create'], "required option '--file <file>' not specified"],
    [['cells', 'create', 'west'], 'A cell needs'],
    [['releases', 'create', 'counter', '--version', '1.0.0'], 'A release needs'],
    [['plans', 'create', '--file', '/nonexistent.yaml'], '/nonexistent.yaml cannot be read'],
    [['tenants', 'destroy'], "unknown command 'destroy'"],
    [['operations', 'list', '--state', 'lost'], 'Allowed choices are'],
    [['operations', 'list', '--limit', 'many'], 'whole number'],
    [['branding', 'set', 'acme'], 'Name what to change'],
    [['tenants', 'create', 'acme', '--template', 'counter', '--label', 'gold'], 'key=value'],
  ])('2 for the wrong use %j', async (args, message) => {
    const { code, err } = await leasehold(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(seen).toEqual([]);
  });

  it('2 for a setting that is wrong', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], { LEASEHOLD_URL: 'nonsense' });
    expect([code, err]).toEqual([2, expect.stringContaining('LEASEHOLD_URL')]);
  });

  it('5 when nothing answers', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], { LEASEHOLD_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(5);
    expect(err).toContain('Nothing answers at http://127.0.0.1:1.');
  });

  it.each([
    [401, 3],
    [403, 3],
    [404, 4],
    [409, 3],
    [429, 3],
    [500, 1],
    [503, 1],
  ])('an answer with %i ends with %i', async (status, code) => {
    routes['GET /v1/tenants?limit=500'] = problem(status, 'refused', 'The key is not valid.');
    expect((await leasehold(['tenants', 'list'])).code).toBe(code);
  });

  it('130 for Ctrl-C, whatever the command waits for', async () => {
    const stop = new AbortController();
    routes['GET /v1/tenants?limit=500'] = () => stop.abort();
    const { code, err } = await leasehold(['tenants', 'list'], {}, undefined, stop.signal);
    expect([code, err]).toEqual([130, 'Interrupted.\n']);
  });

  it('130 for somebody who stops watching, with how to go on', async () => {
    const stop = new AbortController();
    routes['GET /v1/operations/op_1/events'] = () => stop.abort();
    const { code, err } = await leasehold(['operations', 'watch', 'op_1'], {}, undefined, stop.signal);
    expect([code, err]).toEqual([130, 'Stopped watching; it goes on: leasehold operations watch op_1\n']);
  });

  it('0 for help', async () => {
    expect((await leasehold(['--help'])).code).toBe(0);
    expect((await leasehold(['tenants', 'create', '--help'])).out).toContain('--template');
  });
});

describe('the key', () => {
  it('is read from the data folder when none is set', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    await writeFile(join(dataDir, 'admin.key'), 'lh_from_file\n');
    routes['GET /v1/tenants?limit=500'] = json(200, { items: [], nextCursor: null });
    const { out } = await leasehold(['tenants', 'list'], {
      LEASEHOLD_API_KEY: '',
      LEASEHOLD_DATA_DIR: dataDir,
    });
    expect(out).toBe('There are no tenants.\n');
    expect(seen[0]?.headers.authorization).toBe('Bearer lh_from_file');
    await rm(dataDir, { recursive: true });
  });

  it('that is nowhere is a sentence', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], {
      LEASEHOLD_API_KEY: '',
      LEASEHOLD_DATA_DIR: '/nonexistent',
    });
    expect(code).toBe(2);
    expect(err).toContain('/nonexistent/admin.key');
  });
});
