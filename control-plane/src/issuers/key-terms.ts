/** When a signing key is published, signs and goes. Times in milliseconds since 1970. */

/** The longest life of a token. */
export const mostMinutes = 60;
/** Whoever verifies may keep the published keys this long. */
export const keysKeptMs = 5 * 60_000;
/** A new key is published this long before it signs, so that everybody who verifies has it by then. */
export const publishedBeforeMs = 2 * keysKeptMs;
/** A key signs no longer than this before another follows by itself. */
export const rotatedAfterDays = 90;
/** Between the clocks of those who sign and those who verify. */
const skewMs = 60_000;

export interface KeyTerms {
  readonly signsFrom: Date;
  /** Undefined for the newest key. */
  readonly retiresAt: Date | undefined;
}

/** The key to sign with now: the one that began last. */
export function signingKey<Key extends KeyTerms>(keys: readonly Key[], now: number): Key | undefined {
  return keys
    .filter(({ signsFrom }) => signsFrom.getTime() <= now)
    .sort((one, other) => other.signsFrom.getTime() - one.signsFrom.getTime())[0];
}

/** The keys whose tokens may still be valid, or that will sign soon. */
export function publishedKeys<Key extends KeyTerms>(keys: readonly Key[], now: number): Key[] {
  return keys.filter(({ retiresAt }) => retiresAt === undefined || retiresAt.getTime() > now);
}

/** When the key before may go, if the next one signs from a time on: its last token has ended then. */
export function retirement(nextSignsFrom: number): Date {
  return new Date(nextSignsFrom + mostMinutes * 60_000 + skewMs);
}
