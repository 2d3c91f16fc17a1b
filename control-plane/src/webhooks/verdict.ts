/** What came of one attempt. */
export type Attempt =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** What happens to the delivery then. */
export type Verdict =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly why: string }
  | { readonly kind: 'given_up'; readonly why: string }
  | { readonly kind: 'endpoint_gone'; readonly why: string };

const minute = 60_000;
const hour = 60 * minute;

/** Pauses between attempts, some 24 hours in all; the first attempt is made at once. */
export const pausesMs: readonly number[] = [
  5_000,
  30_000,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
];

/** An endpoint from which nothing but failures came for so long is disabled, in milliseconds. */
export const patienceMs = 5 * 24 * hour;

/**
 * Judges an attempt as Standard Webhooks does: 2xx is success, 410 means that the endpoint wants nothing any more, everything
 * else (redirects too: they are not followed) is tried again until the pauses are used up.
 * @param attempts made so far, this one included
 * @param chance from 0 to 1: spreads the pauses by a fifth to both sides
 */
export function judge(attempt: Attempt, attempts: number, chance: number): Verdict {
  if (attempt.kind === 'answered' && attempt.status >= 200 && attempt.status < 300)
    return { kind: 'succeeded' };
  if (attempt.kind === 'answered' && attempt.status === 410)
    return { kind: 'endpoint_gone', why: 'The endpoint answered 410 Gone.' };
  const why = attempt.kind === 'failed' ? attempt.reason : sentenceOf(attempt.status);
  const pause = pausesMs[attempts - 1];
  if (pause === undefined) return { kind: 'given_up', why };
  return { kind: 'again', afterMs: Math.round(pause * (0.8 + 0.4 * chance)), why };
}

function sentenceOf(status: number): string {
  const redirect = status >= 300 && status < 400;
  return redirect
    ? `The endpoint answered ${status}; redirects are not followed, so give its final URL.`
    : `The endpoint answered ${status}.`;
}
