import * as z from 'zod/mini';
import { fetchJson } from '../remote/fetch-json.js';
import { GeocoderError, nowhere, type Geocoder, type Place, type Point } from './geocoder.js';

/** The `jsonv2` form of https://nominatim.org/release-docs/latest/api/Reverse/; a point without a place is answered with `error`. */
const answer = z.union([
  z.object({ error: z.unknown() }),
  z.object({
    display_name: z.string(),
    addresstype: z.optional(z.string()),
    address: z.optional(z.record(z.string(), z.string())),
  }),
]);

const settlements = ['city', 'town', 'village', 'hamlet', 'municipality', 'county', 'state'];
const longestName = 200;

/** A geocoder over HTTP that answers as Nominatim does. */
export class HttpGeocoder implements Geocoder {
  constructor(private readonly options: { readonly url: string; readonly timeoutMs: number }) {}

  async placeOf({ lat, lon }: Point): Promise<Place> {
    const url = new URL('reverse', withSlash(this.options.url));
    url.search = new URLSearchParams({
      format: 'jsonv2',
      lat: String(lat),
      lon: String(lon),
      zoom: '10',
    }).toString();
    const content = await fetchJson(url, { timeoutMs: this.options.timeoutMs }).catch((cause: unknown) => {
      throw new GeocoderError('The geocoder did not answer.', { cause });
    });
    const parsed = answer.safeParse(content);
    if (!parsed.success)
      throw new GeocoderError('The geocoder has answered something else.', { cause: parsed.error });
    if (!('display_name' in parsed.data)) return nowhere;
    const { display_name: full, address = {}, addresstype } = parsed.data;
    const name = settlements.map((kind) => address[kind]).find((each) => each) ?? full;
    return {
      name: name.slice(0, longestName),
      country: address['country']?.slice(0, longestName) ?? null,
      precision: addresstype ?? 'unknown',
    };
  }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
