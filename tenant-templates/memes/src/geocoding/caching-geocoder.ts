import { GeocoderError, type Geocoder, type Place, type Point } from './geocoder.js';

export interface CacheOptions {
  /** Places kept; the least recently asked for go first. */
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** How long it is remembered that there is no place. */
  readonly negativeTtlMs: number;
  /** How long a failure is remembered, so that a geocoder that is down is not asked by every call. */
  readonly failureTtlMs: number;
  /** Questions under way at once. */
  readonly maxInFlight: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

type Entry = { readonly until: number } & ({ readonly place: Place } | { readonly failure: GeocoderError });

/** Remembers places, also that there is none, and asks for each once at a time. A point stands for its square of 0.01 degrees. */
export class CachingGeocoder implements Geocoder {
  hits = 0;
  misses = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly inFlight = new Map<string, Promise<Place>>();

  constructor(
    private readonly source: Geocoder,
    private readonly options: CacheOptions,
  ) {}

  async placeOf(point: Point): Promise<Place> {
    const key = `${point.lat.toFixed(2)} ${point.lon.toFixed(2)}`;
    const known = this.fresh(key);
    if (known) {
      this.hits += 1;
      if ('failure' in known) throw known.failure;
      return known.place;
    }
    const asked = this.inFlight.get(key);
    if (asked) return asked;
    if (this.inFlight.size >= this.options.maxInFlight)
      throw new GeocoderError('Too many questions to the geocoder are under way.');
    this.misses += 1;
    const answer = this.ask(key, point).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, answer);
    return answer;
  }

  private async ask(key: string, point: Point): Promise<Place> {
    const { now, ttlMs, negativeTtlMs, failureTtlMs } = this.options;
    try {
      const place = await this.source.placeOf(point);
      this.keep(key, { until: now() + (place.name === null ? negativeTtlMs : ttlMs), place });
      return place;
    } catch (cause) {
      const failure =
        cause instanceof GeocoderError ? cause : new GeocoderError('The geocoder has failed.', { cause });
      this.keep(key, { until: now() + failureTtlMs, failure });
      throw failure;
    }
  }

  private fresh(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.until <= this.options.now()) return undefined;
    this.entries.set(key, entry);
    return entry;
  }

  private keep(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.options.maxEntries) return;
      this.entries.delete(oldest);
    }
  }
}
