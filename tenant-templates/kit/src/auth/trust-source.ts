import type { Refreshed } from './refreshed.js';
import type { Published } from './fetch-trust.js';
import type { Trust } from './trust.js';

/** Whose tokens count now, from wherever it is known. */
export interface TrustSource {
  readonly generation: number;
  /** Undefined when it cannot be had; `none` when there is nobody whose tokens count. */
  current(): Promise<Trust | 'none' | undefined>;
  /** The same after one more question, for a token that names an unknown key; undefined when it was asked just now. */
  afterMiss(): Promise<Trust | 'none' | undefined>;
}

/** The issuer that the environment names. */
export function namedIssuer(source: Refreshed<Trust>): TrustSource {
  return {
    get generation() {
      return source.generation;
    },
    current: () => source.value(),
    afterMiss: () => source.afterMiss(),
  };
}

/** The issuer that the platform publishes beside the branding. */
export function publishedIssuer(source: Refreshed<Published>): TrustSource {
  const trustOf = (answer: Published | undefined): Trust | 'none' | undefined =>
    answer && (answer.published ?? 'none');
  return {
    get generation() {
      return source.generation;
    },
    current: async () => trustOf(await source.value()),
    afterMiss: async () => trustOf(await source.afterMiss()),
  };
}
