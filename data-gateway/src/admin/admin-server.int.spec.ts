import { rowKey } from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest, type Tenant } from '../testing/gateway-under-test.js';

describe('the admin surface', () => {
  let under: GatewayUnderTest;
  let acme: Tenant;
  let globex: Tenant;
  let token: string;

  beforeAll(async () => {
    under = await GatewayUnderTest.start();
    acme = await under.tenant('acme');
    globex = await under.tenant('globex');
    token = await under.issuer.controlPlaneToken();
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const ask = async (
    method: string,
    path: string,
    bearer?: string,
  ): Promise<{ status: number; body: unknown }> => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${under.adminUrl}${path}`, { method, headers });
    return { status: response.status, body: await response.json() };
  };
  const prefixPath = (prefix: string): string => `/admin/v1/prefixes/${prefix}`;

  test('erases a tenant, leaves the others, and says so twice', async () => {
    for (const { data, prefix } of [acme, globex]) {
      for (const part of ['a', 'b', 'c']) await data.put('counters', rowKey(prefix, part), { 'c:v': part });
    }
    expect(await ask('GET', prefixPath(acme.prefix), token)).toEqual({ status: 200, body: { empty: false } });
    expect(await ask('DELETE', prefixPath(acme.prefix), token)).toEqual({
      status: 200,
      body: { deleted: true },
    });
    expect(await ask('GET', prefixPath(acme.prefix), token)).toEqual({ status: 200, body: { empty: true } });
    expect(await ask('DELETE', prefixPath(acme.prefix), token)).toEqual({
      status: 200,
      body: { deleted: true },
    });
    expect(await ask('GET', prefixPath(globex.prefix), token)).toEqual({
      status: 200,
      body: { empty: false },
    });
  });

  test('what was erased is not there after a restart, what was written since is', async () => {
    await acme.data.put('counters', rowKey(acme.prefix, 'gone'), { 'c:v': 'x' });
    await ask('DELETE', prefixPath(acme.prefix), token);
    await acme.data.put('counters', rowKey(acme.prefix, 'since'), { 'c:v': 'x' });
    await under.restart();
    expect((await acme.data.scan('counters', { limit: 10 })).map(({ key }) => key)).toEqual([
      rowKey(acme.prefix, 'since'),
    ]);
  });

  test('writes that go on during an erasure come before it or after it, never between', async () => {
    const { data, prefix } = await under.tenant('busy');
    const key = rowKey(prefix, 'n');
    const writing = Promise.all(Array.from({ length: 50 }, () => data.increment('counters', key, 'c:n', 1n)));
    await ask('DELETE', prefixPath(prefix), token);
    const values = await writing;
    const live = await data.increment('counters', key, 'c:n', 0n);
    await under.restart();
    expect(await data.increment('counters', key, 'c:n', 0n)).toBe(live);
    const upTo = (last: number): bigint[] => Array.from({ length: last }, (_, index) => BigInt(index + 1));
    const order = (list: bigint[]): bigint[] => list.sort((a, b) => Number(a - b));
    expect(order(values)).toEqual(order([...upTo(50 - Number(live)), ...upTo(Number(live))]));
  });

  test.each([
    ['without a token', 401, () => Promise.resolve(undefined)],
    [
      'with an expired token',
      401,
      () =>
        under.issuer.token({
          subject: 'system:serviceaccount:leasehold-system:control-plane',
          expiresIn: -60,
        }),
    ],
    ["with a pod's token", 403, () => Promise.resolve(acme.token)],
    [
      'with a token of another audience',
      401,
      () =>
        under.issuer.token({
          subject: 'system:serviceaccount:leasehold-system:control-plane',
          audience: 'storage',
        }),
    ],
    [
      'with the token of another account of its namespace',
      403,
      () => under.issuer.token({ subject: 'system:serviceaccount:leasehold-system:default' }),
    ],
  ])('refuses everything %s', async (_, status, bearer) => {
    for (const method of ['GET', 'DELETE']) {
      expect((await ask(method, prefixPath(globex.prefix), await bearer())).status).toBe(status);
    }
    expect(await globex.data.scan('counters', { limit: 10 })).toHaveLength(3);
  });

  test.each([
    ['GET', '/admin/v1/prefixes/short', 400],
    ['DELETE', '/admin/v1/prefixes/', 404],
    ['DELETE', '/admin/v1/prefixes', 404],
    ['POST', '/admin/v1/prefixes/0123456789', 405],
    ['GET', '/', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    expect((await ask(method, path, token)).status).toBe(status);
  });

  test('health and metrics are there for everybody on the machine, with calls, rows and bytes of each tenant', async () => {
    await globex.data.scan('counters', { limit: 10 });
    expect(await ask('GET', '/healthz')).toEqual({ status: 200, body: { status: 'serving' } });
    const metrics = await (await fetch(`${under.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/leasehold_gateway_rows_total\{tenant="ten_globex",direction="read"\} [1-9]/);
    expect(metrics).toMatch(/leasehold_gateway_bytes_total\{tenant="ten_globex",direction="read"\} [1-9]/);
    expect(metrics).toMatch(/leasehold_gateway_calls_total\{method="ReadRows",status="0"\} [1-9]/);
    expect(metrics).toContain('leasehold_gateway_log_sync_seconds_bucket');
  });
});
