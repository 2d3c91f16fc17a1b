import { rowKey, sortable } from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GatewayUnderTest, type Tenant } from '../testing/gateway-under-test.js';
import { until } from '../testing/until.js';
import type { Migration } from './migration.js';

const rows = 300;
const migrations: readonly Migration[] = [
  {
    id: '0001-total-in-family-k',
    description: 'The total moves from c to k; the name is new; the old column goes.',
    backfills: [
      { function: 'copyColumn', table: 'counters', from: 'c:total', to: 'k:total' },
      { function: 'setMissing', table: 'counters', column: 'c:name', value: 'unnamed' },
      { function: 'deleteColumn', table: 'counters', column: 'c:total' },
    ],
  },
];
const state = z.object({ done: z.boolean(), rows: z.int(), changed: z.int() });

describe('a migration of the rows of a tenant', () => {
  let under: GatewayUnderTest;
  let acme: Tenant;
  let globex: Tenant;

  beforeAll(async () => {
    under = await GatewayUnderTest.start({ migrations, migrationPage: 70 });
    [acme, globex] = [await under.tenant('acme'), await under.tenant('globex')];
    for (const { data, prefix } of [acme, globex]) {
      await data.mutateMany(
        'counters',
        Array.from({ length: rows }, (_, index) => ({
          key: rowKey(prefix, 'row', sortable(index)),
          mutations: [{ set: 'c:total', value: String(index) }],
        })),
      );
    }
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const ask = async (prefix: string, id: string, token?: string, method = 'POST'): Promise<Response> => {
    const authorization = `Bearer ${token ?? (await under.issuer.controlPlaneToken())}`;
    return fetch(`${under.adminUrl}/admin/v1/prefixes/${prefix}/migrations/${id}`, {
      method,
      headers: { authorization },
    });
  };
  const step = async ({ prefix }: Tenant): Promise<z.output<typeof state> | undefined> => {
    const answer = await ask(prefix, '0001-total-in-family-k');
    return answer.ok ? state.parse(await answer.json()) : undefined;
  };
  const columns = async ({ data }: Tenant): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of data.pages('counters')) {
      for (const row of page)
        found.push(
          // Families come in no promised order.
          [...row.cells]
            .map(([name, value]) => `${name}=${value.toString()}`)
            .sort()
            .join(' '),
        );
    }
    return found;
  };

  test('goes page by page, over a restart and a lost emulator in the middle, and leaves others alone', async () => {
    const before = await columns(globex);
    expect(await step(acme)).toMatchObject({ done: false, rows: 70, changed: 70 });
    await under.restart();
    expect(await step(acme)).toMatchObject({ done: false, rows: 140, changed: 140 });
    const cut = step(acme);
    await under.killEmulator();
    await cut;
    // A pod goes on writing meanwhile.
    await acme.data.put('counters', rowKey(acme.prefix, 'row', sortable(7)), { 'k:total': 'newer' });
    let last: z.output<typeof state> | undefined;
    await until(async () => (last = (await step(acme)) ?? last)?.done === true, 40_000);
    expect(await columns(acme)).toEqual(
      Array.from(
        { length: rows },
        (_, index) => `c:name=unnamed k:total=${index === 7 ? 'newer' : String(index)}`,
      ),
    );
    expect(await columns(globex)).toEqual(before);
  });

  test('that is done does nothing any more, also after a restart; with the erased rows its ledger goes too', async () => {
    const once = await step(acme);
    await acme.data.put('counters', rowKey(acme.prefix, 'late'), { 'c:total': 'kept' });
    await under.restart();
    expect(await step(acme)).toEqual(once);
    expect(await columns(acme)).toContain('c:total=kept');
    const authorization = `Bearer ${await under.issuer.controlPlaneToken()}`;
    await fetch(`${under.adminUrl}/admin/v1/prefixes/${acme.prefix}`, {
      method: 'DELETE',
      headers: { authorization },
    });
    expect(await step(acme)).toMatchObject({ rows: 0, changed: 0 });
  });

  test('says how far it is, and is refused when it was changed after it had been begun', async () => {
    const { prefix } = await under.tenant('seen');
    const states = async (): Promise<unknown> => {
      const authorization = `Bearer ${await under.issuer.controlPlaneToken()}`;
      const answer = await fetch(`${under.adminUrl}/admin/v1/prefixes/${prefix}/migrations`, {
        headers: { authorization },
      });
      return answer.json();
    };
    const [{ id, description } = { id: '', description: '' }] = migrations;
    const shown = { id, description, rows: 0, changed: 0 };
    expect(await states()).toEqual({ migrations: [{ ...shown, state: 'not_begun', at: null }] });
    await ask(prefix, id);
    const at = expect.stringMatching(/Z$/) as string;
    expect(await states()).toEqual({ migrations: [{ ...shown, state: 'under_way', at }] });
    await under.restart({
      migrations: [
        { id, description: 'Other words.', backfills: [{ function: 'applyGc', table: 'counters' }] },
      ],
    });
    const refused = await ask(prefix, id);
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('give what is new a number of its own');
    await under.restart({ migrations });
    expect((await ask(prefix, id)).status).toBe(200);
  });

  test('is run for the control plane alone, and its ledger is out of reach of pods', async () => {
    expect((await ask(acme.prefix, '0001-total-in-family-k', acme.token)).status).toBe(403);
    expect((await ask(acme.prefix, '0009-unknown')).status).toBe(404);
    expect((await ask(acme.prefix, '0001-total-in-family-k', undefined, 'GET')).status).toBe(405);
    const ledger = acme.data.get('data_migrations', rowKey(acme.prefix, '0001-total-in-family-k'));
    await expect(ledger).rejects.toMatchObject({ code: 5 });
  });
});
