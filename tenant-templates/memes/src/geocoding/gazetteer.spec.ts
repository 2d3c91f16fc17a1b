import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cities } from './cities.js';
import { distanceKm, nearestCity } from './gazetteer.js';

describe('the list of cities that ships with the template', () => {
  it.each([
    ['in a city', { lat: 48.86, lon: 2.35 }, 'Paris', 'nearest city within 1 km'],
    ['near one', { lat: 52.4, lon: 13.06 }, 'Berlin', 'nearest city within 28 km'],
    ['beyond the antimeridian', { lat: -18.1, lon: -179.9 }, 'Suva', 'nearest city within 176 km'],
    ['in the middle of the ocean', { lat: 0, lon: -140 }, null, 'none'],
    ['at the pole', { lat: 90, lon: 0 }, null, 'none'],
  ])('says %s how near the named city is', (_, point, name, precision) => {
    expect(nearestCity(point)).toMatchObject({ name, precision });
  });

  it('holds places on Earth, none of them twice', () => {
    for (const [name, , lat, lon] of cities) {
      expect([name, Math.abs(lat) <= 90 && Math.abs(lon) <= 180]).toEqual([name, true]);
    }
    const names = cities.map(([name, country]) => `${name}, ${country}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('never says that a city is nearer than it is', () => {
    const anyPoint = fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(anyPoint, (point) => {
        const { name, country, precision } = nearestCity(point);
        if (name === null) return;
        const [, , lat, lon] = cities.find((each) => each[0] === name && each[1] === country)!;
        const stated = Number(/within (\d+) km/.exec(precision)?.[1]);
        expect(distanceKm(point, { lat, lon })).toBeLessThanOrEqual(stated);
      }),
    );
  });
});
