import { rowKey, toInt64 } from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GatewayUnderTest, type Tenant } from '../testing/gateway-under-test.js';

const problem = z.object({ title: z.string() });

describe('rows of a prefix, out and back', () => {
  let under: GatewayUnderTest;
  let token: string;
  let refused = 0;
  let acme: Tenant;
  let globex: Tenant;

  beforeAll(async () => {
    under = await GatewayUnderTest.start();
    token = await under.issuer.controlPlaneToken();
    acme = await under.tenant('acme');
    globex = await under.tenant('globex');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const rowsUrl = (prefix: string, query = ''): string =>
    `${under.adminUrl}/admin/v1/prefixes/${prefix}/rows${query}`;
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}` });

  async function archive(prefix: string): Promise<{ pages: number; lines: string[] }> {
    const lines: string[] = [];
    let after: string | null = null;
    for (let pages = 1; ; pages++) {
      const answer: Response = await fetch(rowsUrl(prefix, after === null ? '' : `?after=${after}`), {
        headers: headers(),
      });
      expect(answer.status).toBe(200);
      lines.push(...(await answer.text()).split('\n').filter((line) => line !== ''));
      after = answer.headers.get('leasehold-next');
      if (after === null) return { pages, lines };
    }
  }
  const writeBack = (prefix: string, lines: readonly string[]): Promise<Response> =>
    fetch(rowsUrl(prefix), { method: 'POST', headers: headers(), body: lines.join('\n') });

  test('over many pages each row comes once, in order, and of nobody else', async () => {
    const value = 'x'.repeat(700_000);
    for (let n = 0; n < 20; n++)
      await acme.data.put('counters', rowKey(acme.prefix, `row-${String(n).padStart(2, '0')}`), {
        'c:v': value,
      });
    await globex.data.put('counters', rowKey(globex.prefix, 'own'), { 'c:v': 'not yours' });
    const { pages, lines } = await archive(acme.prefix);
    expect(pages).toBeGreaterThan(2);
    expect(lines.map(keyOf)).toEqual(
      Array.from({ length: 20 }, (_, n) => `row-${String(n).padStart(2, '0')}`),
    );
  });

  test('written back they are the same cells with the same times, under another prefix too, and after a restart', async () => {
    const source = await under.tenant('source');
    const copy = await under.tenant('copy');
    await source.data.put('counters', rowKey(source.prefix, 'odd \u0000#$ key', 'ü'), {
      'c:': '',
      'c:ÿ': 'text',
    });
    await source.data.increment('counters', rowKey(source.prefix, 'n'), 'c:n', -5n);
    const { lines } = await archive(source.prefix);
    await copy.data.put('counters', rowKey(copy.prefix, 'n'), { 'c:stale': 'goes', 'c:n': 'goes' });
    for (const each of [source, copy]) {
      expect((await writeBack(each.prefix, lines)).status).toBe(200);
      expect((await writeBack(each.prefix, lines)).status).toBe(200);
    }
    await under.restart();
    expect((await archive(source.prefix)).lines).toEqual(lines);
    expect((await archive(copy.prefix)).lines).toEqual(lines);
    const n = await copy.data.get('counters', rowKey(copy.prefix, 'n'));
    expect(toInt64(n?.cells.get('c:n') ?? Buffer.alloc(0))).toBe(-5n);
  });

  test.each([
    ['no JSON', '{"table"', 'Line 1 is not a row'],
    [
      'a strange field',
      '{"table":"counters","key":"YQ==","cells":[["c","","1",""]],"more":1}',
      'Line 1 is not a row',
    ],
    ['an unknown table', '{"table":"others","key":"YQ==","cells":[["c","","1",""]]}', 'no table "others"'],
    [
      'an unknown family',
      '{"table":"counters","key":"YQ==","cells":[["z","","1",""]]}',
      'no column family "z"',
    ],
  ])('%s is refused, and nothing is written', async (_, line, reason) => {
    const { prefix } = await under.tenant(`refused-${(refused += 1)}`);
    const good = '{"table":"counters","key":"YQ==","cells":[["c","","1000","eA=="]]}';
    const answer = await writeBack(prefix, [line, good]);
    expect(answer.status).toBe(400);
    expect(problem.parse(await answer.json()).title).toContain(reason);
    expect((await archive(prefix)).lines).toEqual([]);
  });

  test('nobody gets them but the control plane, nor from a place in another prefix', async () => {
    const pod = await fetch(rowsUrl(acme.prefix), { headers: { authorization: `Bearer ${acme.token}` } });
    expect([401, 403]).toContain(pod.status);
    expect((await fetch(rowsUrl(acme.prefix))).status).toBe(401);
    const foreign = JSON.stringify({
      table: 'counters',
      key: Buffer.from(rowKey(globex.prefix, 'a')).toString('base64'),
    });
    const after = Buffer.from(foreign).toString('base64url');
    const answer = await fetch(rowsUrl(acme.prefix, `?after=${after}`), { headers: headers() });
    expect(answer.status).toBe(403);
    expect((await fetch(rowsUrl(acme.prefix, '?after=%7B'), { headers: headers() })).status).toBe(400);
  });
});

function keyOf(line: string): string {
  const { key } = z.object({ key: z.base64() }).parse(JSON.parse(line));
  return Buffer.from(key, 'base64').toString();
}
