/** Movements: the only way in which tokens go anywhere. Each has two sides, so that over both all sums are zero. */
import * as z from 'zod/mini';

/**
 * An account's two pockets, what its user may spend and what is held for calls under way; and the house, where tokens come from and where
 * spent ones go.
 */
export type Side = 'user' | 'held' | 'issuance' | 'revenue';

/** From which side to which each kind moves its tokens. */
export const sides = {
  opening: { from: 'issuance', to: 'user' },
  purchase: { from: 'issuance', to: 'user' },
  charge: { from: 'user', to: 'revenue' },
  hold: { from: 'user', to: 'held' },
  capture: { from: 'held', to: 'revenue' },
  release: { from: 'held', to: 'user' },
  refund: { from: 'revenue', to: 'user' },
} as const satisfies Readonly<Record<string, { readonly from: Side; readonly to: Side }>>;

export type MovementKind = keyof typeof sides;

const whole = z.number().check(z.int(), z.nonnegative());

/** A key that a client has given its request, what the request asked for, and its answer once it has one. */
export const requestSchema = z.object({
  key: z.string(),
  fingerprint: z.string(),
  answer: z.optional(z.string()),
});

export const movementSchema = z.object({
  account: z.string(),
  /** Counts the account's movements: 1, 2, 3, without a gap. */
  seq: whole,
  /** Milliseconds since 1970. */
  at: whole,
  kind: z.enum(['opening', 'purchase', 'charge', 'hold', 'capture', 'release', 'refund']),
  tokens: whole,
  /** What the user may spend after it. */
  balance: whole,
  /** Of hold, capture and release: which hold. */
  hold: z.optional(z.string()),
  /** Of hold: when it is released if nobody has captured it. */
  expiresAt: z.optional(whole),
  request: z.optional(requestSchema),
});

export type Movement = z.infer<typeof movementSchema>;
export type IdempotentRequest = z.infer<typeof requestSchema>;

/** What a movement adds to a side: negative where tokens leave it. */
export function effectOn(side: Side, { kind, tokens }: Pick<Movement, 'kind' | 'tokens'>): number {
  const { from, to } = sides[kind];
  return (to === side ? tokens : 0) - (from === side ? tokens : 0);
}
