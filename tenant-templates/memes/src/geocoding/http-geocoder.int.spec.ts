import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RemoteService } from '../testing/remote-service.js';
import { GeocoderError } from './geocoder.js';
import { HttpGeocoder } from './http-geocoder.js';

let service: RemoteService;

beforeAll(async () => {
  service = await RemoteService.start();
});
afterAll(() => service[Symbol.asyncDispose]());

const geocoder = (timeoutMs = 5_000): HttpGeocoder =>
  new HttpGeocoder({ url: `${service.url}/geo`, timeoutMs });
const point = { lat: 52.52, lon: -13.4 };

describe('an attached geocoder', () => {
  it('is asked as Nominatim is', async () => {
    const address = { town: 'Smallville', country: 'Nowhere' };
    service.answer = () => ({
      body: JSON.stringify({ display_name: 'Smallville, Nowhere', addresstype: 'town', address }),
    });
    expect(await geocoder().placeOf(point)).toEqual({
      name: 'Smallville',
      country: 'Nowhere',
      precision: 'town',
    });
    expect(service.seen.at(-1)?.url).toBe('/geo/reverse?format=jsonv2&lat=52.52&lon=-13.4&zoom=10');
  });

  it('that knows no place there is believed', async () => {
    service.answer = () => ({ body: '{"error":"Unable to geocode"}' });
    expect(await geocoder().placeOf(point)).toEqual({ name: null, country: null, precision: 'none' });
  });

  it.each([
    ['an error', () => ({ status: 503, body: '{}' })],
    ['something else', () => ({ body: '[]' })],
    ['no JSON', () => ({ body: 'Paris' })],
    ['a redirect', () => ({ status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' })],
  ])('that answers %s has failed', async (_, answer) => {
    service.answer = answer;
    await expect(geocoder().placeOf(point)).rejects.toThrow(GeocoderError);
  });

  it('that does not answer in time has failed', async () => {
    service.answer = () => undefined;
    await expect(geocoder(100).placeOf(point)).rejects.toThrow(GeocoderError);
  });
});
