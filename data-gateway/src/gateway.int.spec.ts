import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowKey, ForeignRowKeyError } from '@leasehold/tenant-data';
import { GatewayUnderTest, type Tenant } from './testing/gateway-under-test.js';

describe('a tenant reads and writes its rows through the gateway with the stock client', () => {
  let under: GatewayUnderTest;
  let acme: Tenant;
  let globex: Tenant;

  beforeAll(async () => {
    under = await GatewayUnderTest.start();
    acme = await under.tenant('acme');
    globex = await under.tenant('globex');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  test('increments count from zero, in each tenant for itself', async () => {
    const { data, prefix } = acme;
    expect(await data.increment('counters', rowKey(prefix, 'a'), 'c:n', 1n)).toBe(1n);
    expect(await data.increment('counters', rowKey(prefix, 'a'), 'c:n', 41n)).toBe(42n);
    expect(await globex.data.increment('counters', rowKey(globex.prefix, 'a'), 'c:n', 5n)).toBe(5n);
  });

  test('an increment is exact over all of int64', async () => {
    const key = rowKey(acme.prefix, 'wide');
    expect(await acme.data.increment('counters', key, 'c:n', 2n ** 63n - 2n)).toBe(2n ** 63n - 2n);
    expect(await acme.data.increment('counters', key, 'c:n', 1n)).toBe(2n ** 63n - 1n);
    expect(await acme.data.increment('counters', key, 'c:n', -(2n ** 63n))).toBe(-1n);
  });

  test('what is put is got, and a row never written is not there', async () => {
    const key = rowKey(acme.prefix, 'row', 'with # and $');
    await acme.data.put('counters', key, { 'c:text': 'hé', 'c:number': 7n, 'h:empty': '' });
    const row = await acme.data.get('counters', key);
    expect(row?.key).toBe(key);
    expect(Object.fromEntries(row?.cells ?? [])).toEqual({
      'c:text': Buffer.from('hé'),
      'c:number': Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]),
      'h:empty': Buffer.alloc(0),
    });
    expect(await acme.data.get('counters', rowKey(acme.prefix, 'never'))).toBeUndefined();
  });

  test('a value is set only over the expected one', async () => {
    const key = rowKey(acme.prefix, 'cas');
    const { data } = acme;
    expect(await data.compareAndSet('counters', key, 'c:v', 'x', 'y')).toBe(false);
    expect(await data.compareAndSet('counters', key, 'c:v', undefined, 'one')).toBe(true);
    expect(await data.compareAndSet('counters', key, 'c:v', undefined, 'two')).toBe(false);
    expect(await data.compareAndSet('counters', key, 'c:v', 'one', 'three')).toBe(true);
    expect((await data.get('counters', key))?.cells.get('c:v')).toEqual(Buffer.from('three'));
  });

  test('a scan gives the rows of its range in order, and of one tenant only', async () => {
    const keys = ['1', '2', '3', '4'].map((part) => rowKey(acme.prefix, 'scan', part));
    for (const key of keys) await acme.data.put('counters', key, { 'c:v': key });
    const found = await acme.data.scan('counters', { start: keys[1]!, end: keys[3]!, limit: 10 });
    expect(found.map(({ key }) => key)).toEqual(keys.slice(1, 3));
    const all = await acme.data.scan('counters', { limit: 1000 });
    expect(all.every(({ key }) => key.startsWith(acme.prefix))).toBe(true);
    expect(await acme.data.scan('counters', { limit: 2 })).toHaveLength(2);
  });

  test('a key of another tenant throws before anything is sent', async () => {
    const foreign = rowKey(globex.prefix, 'a');
    await expect(acme.data.get('counters', foreign)).rejects.toThrow(ForeignRowKeyError);
    await expect(acme.data.increment('counters', foreign, 'c:n', 1n)).rejects.toThrow(ForeignRowKeyError);
    await expect(acme.data.scan('counters', { start: foreign, limit: 1 })).rejects.toThrow(
      ForeignRowKeyError,
    );
  });

  test('a ping says that the pod would be served', async () => {
    await expect(acme.data.ping()).resolves.toBeUndefined();
  });

  test('everything is there after a restart', async () => {
    const key = rowKey(acme.prefix, 'kept');
    await acme.data.increment('counters', key, 'c:n', 3n);
    const before = await acme.data.scan('counters', { limit: 1000 });
    await under.restart();
    expect(await acme.data.scan('counters', { limit: 1000 })).toEqual(before);
    expect(await acme.data.increment('counters', key, 'c:n', 1n)).toBe(4n);
  });
});
