import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run } from '../program.js';
import {
  answerEachTest,
  json,
  leasehold,
  routes,
  tenant,
  url,
  type Answer,
} from '../testing/answering-api.js';

answerEachTest();

describe('the twin', () => {
  it('loses the resource that is named', async () => {
    routes['DELETE /v1/twin/inventory?type=kubernetes%3Acore%2Fv1%3AService&name=app&scope=t-acme'] = (
      _request,
      response,
    ) => response.writeHead(204).end();
    const { code, out } = await leasehold([
      'twin',
      'remove',
      '--type',
      'kubernetes:core/v1:Service',
      '--scope',
      't-acme',
      '--name',
      'app',
    ]);
    expect([code, out]).toEqual([0, 'kubernetes:core/v1:Service app is gone.\n']);
  });
});

describe('the log of a pod', () => {
  const pod = (name: string, namespace: string) => ({ name, namespace });
  const print =
    (text: string): Answer =>
    (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(text);

  it('comes as it was printed', async () => {
    routes['GET /v1/twin/pods'] = json(200, { items: [pod('app-1', 't-acme')], nextCursor: null });
    routes['GET /v1/twin/pods/app-1/log?tail=5'] = print('one\ntwo\n');
    const { code, out } = await leasehold(['twin', 'logs', 'app-1', '--tail', '5']);
    expect([code, out]).toEqual([0, 'one\ntwo\n']);
  });

  it('of a client is that of each of its pods, each line with its pod', async () => {
    const items = [pod('app-1', 't-acme'), pod('app-2', 't-acme'), pod('app-3', 't-globex')];
    routes['GET /v1/twin/pods'] = json(200, { items, nextCursor: null });
    routes['GET /v1/twin/pods/app-1/log'] = print('one\n');
    routes['GET /v1/twin/pods/app-2/log'] = print('two\n');
    const { out } = await leasehold(['twin', 'logs', 'acme']);
    expect(out.split('\n').sort()).toEqual(['', 'app-1 | one', 'app-2 | two']);
  });

  it('of a pod that is not there ends with 4', async () => {
    routes['GET /v1/twin/pods'] = json(200, { items: [], nextCursor: null });
    expect((await leasehold(['twin', 'logs', 'app-1'])).code).toBe(4);
  });
});

describe('the local authority', () => {
  it('is named with the commands that trust it, and nothing is changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lh-trust-'));
    const env = { LEASEHOLD_DATA_DIR: folder };
    expect(await leasehold(['twin', 'trust'], env)).toMatchObject({ code: 2 });
    const file = join(folder, 'twin', 'ca', 'ca.pem');
    await mkdir(join(folder, 'twin', 'ca'), { recursive: true });
    await writeFile(file, 'a certificate');
    const { code, out } = await leasehold(['twin', 'trust'], env);
    expect(code).toBe(0);
    for (const word of ['Debian', 'macOS', 'Windows', 'Firefox', file]) expect(out).toContain(word);
    await rm(folder, { recursive: true });
  });
});

describe('a forwarded port', () => {
  it('is the page of the client, whatever host is asked for, until Ctrl-C', async () => {
    const page = url.replace('127.0.0.1', 'acme.localhost');
    routes['GET /v1/tenants/acme'] = json(200, { ...tenant, url: page });
    routes['POST /counter?a=1'] = (request, response, body) =>
      response.end(`${request.headers.host ?? ''} ${body}`);
    const stop = new AbortController();
    let out = '';
    const running = run({
      args: ['--json', 'twin', 'forward', 'acme'],
      env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test' },
      streams: { out: { write: (text) => (out += text) }, err: { write: () => true } },
      signal: stop.signal,
    });
    await expect.poll(() => out).toContain('}');
    const { url: local } = z.object({ url: z.string() }).parse(JSON.parse(out));
    const answer = await fetch(`${local}/counter?a=1`, { method: 'POST', body: 'hello' });
    expect(await answer.text()).toBe(`${new URL(page).host} hello`);
    stop.abort();
    expect(await running).toBe(0);
    await expect(fetch(local)).rejects.toThrow();
  });
});
