/** A point on Earth, in degrees. */
export interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** The name of where a point is. */
export interface Place {
  /** Null where no place is known. */
  readonly name: string | null;
  readonly country: string | null;
  /** In words: how near the named place is, or `none`. */
  readonly precision: string;
}

export interface Geocoder {
  /** @throws GeocoderError when it cannot be asked; a point without a known place is an answer. */
  placeOf(point: Point): Promise<Place>;
}

export class GeocoderError extends Error {
  override readonly name = 'GeocoderError';
}

export const nowhere: Place = { name: null, country: null, precision: 'none' };
