import type { Place } from '../geocoding/geocoder.js';

export type MemeType = 'text' | 'ai';

/** What a meme is to be about. */
export interface Topic {
  readonly query: string | undefined;
  /** Where the caller has said to be. */
  readonly place: Place | undefined;
}

export interface Meme {
  readonly text: string;
  /** What has made it: `template`, `canned`, or the name of a model. */
  readonly generator: string;
}

/** A way to make memes. */
export interface MemeGenerator {
  /** Whether it costs something or takes long: then tokens are held before it is asked. */
  readonly remote: boolean;
  /** @throws GeneratorError when it has made none. */
  generate(topic: Topic): Promise<Meme>;
}

export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
}
