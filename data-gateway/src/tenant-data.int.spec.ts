import {
  DataUnavailableError,
  MutateManyError,
  OutcomeUnknownError,
  rowKey,
  sortable,
  type StoredRow,
} from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest, type Tenant } from './testing/gateway-under-test.js';

const text = (row: StoredRow | undefined): Record<string, string> =>
  Object.fromEntries([...(row?.cells ?? [])].map(([column, value]) => [column, value.toString()]));

describe('the calls of tenant-data through the gateway', () => {
  let under: GatewayUnderTest;
  let acme: Tenant;
  const key = (...parts: string[]): string => rowKey(acme.prefix, ...parts);
  const read = async (...parts: string[]): Promise<Record<string, string>> =>
    text(await acme.data.get('counters', key(...parts)));

  beforeAll(async () => {
    under = await GatewayUnderTest.start();
    acme = await under.tenant('acme');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  test('mutations of a row are applied in their order: cells, columns, families, the whole row', async () => {
    const { data } = acme;
    await data.mutate('counters', key('m'), [
      { set: 'c:a', value: '1' },
      { set: 'c:b', value: '2' },
      { set: 'h:x', value: '3' },
      { set: 'k:y', value: '4' },
    ]);
    await data.mutate('counters', key('m'), [{ deleteColumn: 'c:a' }, { deleteFamily: 'h' }]);
    expect(await read('m')).toEqual({ 'c:b': '2', 'k:y': '4' });
    await data.mutate('counters', key('m'), [{ deleteRow: true }, { set: 'c:c', value: 'new' }]);
    expect(await read('m')).toEqual({ 'c:c': 'new' });
    await under.restart();
    expect(await read('m')).toEqual({ 'c:c': 'new' });
  });

  test('a conditional write changes the row in one of two ways, and a restart gives the same', async () => {
    const { data } = acme;
    const at = key('cond');
    const absent = { column: 'c:v', equals: undefined } as const;
    const first = { column: 'c:v', equals: 'one' } as const;
    expect(await data.checkAndMutate('counters', at, absent, { then: [{ set: 'c:v', value: 'one' }] })).toBe(
      true,
    );
    expect(await data.checkAndMutate('counters', at, absent, { then: [{ deleteRow: true }] })).toBe(false);
    expect(
      await data.checkAndMutate('counters', at, first, {
        then: [
          { set: 'c:v', value: 'two' },
          { set: 'h:log', value: 'one->two' },
        ],
        otherwise: [{ deleteRow: true }],
      }),
    ).toBe(true);
    expect(
      await data.checkAndMutate('counters', at, first, {
        then: [{ deleteRow: true }],
        otherwise: [{ deleteFamily: 'h' }, { set: 'k:refused', value: 'yes' }],
      }),
    ).toBe(false);
    const expected = { 'c:v': 'two', 'k:refused': 'yes' };
    expect(await read('cond')).toEqual(expected);
    await under.restart();
    expect(await read('cond')).toEqual(expected);
  });

  test('a condition on an empty value tells it from no value', async () => {
    const { data } = acme;
    const empty = { column: 'c:e', equals: '' } as const;
    const then = [{ set: 'c:e', value: 'full' }] as const;
    expect(await data.checkAndMutate('counters', key('empty'), empty, { then })).toBe(false);
    await data.put('counters', key('empty'), { 'c:e': '' });
    expect(await data.checkAndMutate('counters', key('empty'), empty, { then })).toBe(true);
    expect(await data.checkAndMutate('counters', key('empty'), empty, { then })).toBe(false);
  });

  test('many rows are written and read, also more than one call takes', async () => {
    const { data } = acme;
    const numbers = Array.from({ length: 1200 }, (_, index) => index);
    const rows = numbers.map((each) => ({
      key: key('many', sortable(each)),
      mutations: [{ set: 'c:n', value: String(each) }] as const,
    }));
    await data.mutateMany('counters', rows);
    const found = await data.getMany('counters', [...rows.map((row) => row.key), key('many', 'not there')]);
    expect(numbers.map((each) => text(found.get(key('many', sortable(each))))['c:n'])).toEqual(
      numbers.map(String),
    );
    const pages: number[] = [];
    const range = { start: key('many', sortable(0)), end: key('many', sortable(1000)), pageSize: 300 };
    for await (const page of data.pages('counters', range)) pages.push(page.length);
    expect(pages).toEqual([300, 300, 300, 100]);
  });

  test('changes of one row in one call are applied in their order', async () => {
    await acme.data.mutateMany('counters', [
      { key: key('twice'), mutations: [{ set: 'c:v', value: 'first' }] },
      { key: key('twice'), mutations: [{ deleteRow: true }, { set: 'c:w', value: 'second' }] },
    ]);
    expect(await read('twice')).toEqual({ 'c:w': 'second' });
  });

  test('a slice of a row is one family, or some qualifiers of it', async () => {
    await acme.data.mutate(
      'counters',
      key('wide'),
      ['a', 'b', 'c', 'd'].flatMap((each) => [
        { set: `c:${each}`, value: each } as const,
        { set: `h:${each}`, value: each } as const,
      ]),
    );
    const slice = async (columns: { family?: string; from?: string; to?: string }): Promise<string[]> =>
      Object.keys(text(await acme.data.get('counters', key('wide'), columns)));
    expect(await slice({ family: 'h' })).toEqual(['h:a', 'h:b', 'h:c', 'h:d']);
    expect(await slice({ family: 'c', from: 'b', to: 'd' })).toEqual(['c:b', 'c:c']);
    expect(await slice({ family: 'c', from: 'c' })).toEqual(['c:c', 'c:d']);
    await expect(slice({ from: 'a' })).rejects.toThrow(TypeError);
  });

  test('a family that does not exist is the fault of the program, and names the rows', async () => {
    const { data } = acme;
    const bad = [{ set: 'nope:v', value: '1' }] as const;
    await expect(data.mutate('counters', key('bad'), bad)).rejects.toMatchObject({ code: 5 });
    const failed = await data
      .mutateMany('counters', [{ key: key('bad'), mutations: bad }])
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(MutateManyError);
    expect(failed).toMatchObject({ failed: [{ key: key('bad'), error: { code: 5 } }] });
  });

  test('while there is no gateway nothing is applied, and it is said so', async () => {
    await under.stop();
    const refused = acme.data.increment('counters', key('cut'), 'c:n', 1n);
    await expect(refused).rejects.toBeInstanceOf(DataUnavailableError);
    const set = acme.data.put('counters', key('cut'), { 'c:v': 'x' });
    const got = acme.data.get('counters', key('never'));
    await under.restart();
    await Promise.all([set, got]);
    expect(await read('cut')).toEqual({ 'c:v': 'x' });
  });

  test('an increment that was cut off is in doubt or was not applied, and those that were acknowledged are there', async () => {
    const { data } = acme;
    const counting = Array.from({ length: 200 }, () => data.increment('counters', key('n'), 'c:n', 1n));
    const settled = Promise.allSettled(counting);
    await Promise.race(counting);
    await under.killEmulator();
    const outcomes = await settled;
    const names = outcomes.map((each) =>
      each.status === 'fulfilled' ? 'acknowledged' : each.reason instanceof Error ? each.reason.name : '',
    );
    const count = (name: string): number => names.filter((each) => each === name).length;
    const [acknowledged, doubtful] = [count('acknowledged'), count(OutcomeUnknownError.name)];
    expect(acknowledged + doubtful + count(DataUnavailableError.name)).toBe(200);
    await data.get('counters', key('n'));
    const total = Number(await data.increment('counters', key('n'), 'c:n', 0n));
    expect(total).toBeGreaterThanOrEqual(acknowledged);
    expect(total).toBeLessThanOrEqual(acknowledged + doubtful);
  });
});
