import { describe, expect, it } from 'vitest';
import { CachingGeocoder } from './caching-geocoder.js';
import { GeocoderError, nowhere, type Place, type Point } from './geocoder.js';

const paris: Place = { name: 'Paris', country: 'France', precision: 'city' };
const point = { lat: 48.86, lon: 2.35 };

function cacheOver(
  source: (point: Point) => Promise<Place>,
  more: { maxEntries?: number; maxInFlight?: number } = {},
) {
  const clock = { now: 0 };
  const asked: Point[] = [];
  const cache = new CachingGeocoder(
    {
      placeOf: (where) => {
        asked.push(where);
        return source(where);
      },
    },
    {
      maxEntries: 10,
      ttlMs: 1_000,
      negativeTtlMs: 100,
      failureTtlMs: 10,
      maxInFlight: 2,
      now: () => clock.now,
      ...more,
    },
  );
  return { cache, asked, clock };
}

describe('the cache of places', () => {
  it('asks once for points that are within a hundredth of a degree, until the answer is old', async () => {
    const { cache, asked, clock } = cacheOver(() => Promise.resolve(paris));
    await cache.placeOf(point);
    expect(await cache.placeOf({ lat: 48.8601, lon: 2.3501 })).toEqual(paris);
    expect(asked).toHaveLength(1);
    clock.now = 1_000;
    await cache.placeOf(point);
    expect(asked).toHaveLength(2);
    expect([cache.hits, cache.misses]).toEqual([1, 2]);
  });

  it('remembers for a shorter time that there is no place, and that the geocoder has failed', async () => {
    const answers = [() => Promise.resolve(nowhere), () => Promise.reject(new Error('down'))];
    const { cache, asked, clock } = cacheOver(() => answers.shift()?.() ?? Promise.resolve(paris));
    expect(await cache.placeOf(point)).toEqual(nowhere);
    clock.now = 99;
    expect(await cache.placeOf(point)).toEqual(nowhere);
    clock.now = 100;
    await expect(cache.placeOf(point)).rejects.toThrow(GeocoderError);
    clock.now = 109;
    await expect(cache.placeOf(point)).rejects.toThrow(GeocoderError);
    expect(asked).toHaveLength(2);
    clock.now = 110;
    expect(await cache.placeOf(point)).toEqual(paris);
  });

  it('asks once for callers that come together', async () => {
    const { cache, asked } = cacheOver(() => Promise.resolve(paris));
    const places = await Promise.all([1, 2, 3].map(() => cache.placeOf(point)));
    expect([asked.length, places]).toEqual([1, [paris, paris, paris]]);
  });

  it('asks only so many questions at once', async () => {
    const { cache } = cacheOver(() => new Promise<Place>(() => undefined));
    void cache.placeOf({ lat: 1, lon: 1 });
    void cache.placeOf({ lat: 2, lon: 2 });
    await expect(cache.placeOf({ lat: 3, lon: 3 })).rejects.toThrow(GeocoderError);
  });

  it('forgets the place that was least recently asked for', async () => {
    const { cache, asked } = cacheOver(() => Promise.resolve(paris), { maxEntries: 2 });
    for (const lat of [1, 2, 1, 3]) await cache.placeOf({ lat, lon: 0 });
    await cache.placeOf({ lat: 1, lon: 0 });
    expect(asked.map(({ lat }) => lat)).toEqual([1, 2, 3]);
    await cache.placeOf({ lat: 2, lon: 0 });
    expect(asked).toHaveLength(4);
  });
});
