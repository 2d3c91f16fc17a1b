import * as z from 'zod/mini';
import { effectOn, type Movement } from './movement.js';

const whole = z.number().check(z.int(), z.nonnegative());

const holdSchema = z.object({
  id: z.string(),
  tokens: whole,
  expiresAt: whole,
  /** The request that it was made for. */
  request: z.optional(z.object({ key: z.string(), fingerprint: z.string() })),
});

export const accountSchema = z.object({
  /** The number of its movements. */
  seq: whole,
  balance: whole,
  holds: z.array(holdSchema),
});

export type Hold = z.infer<typeof holdSchema>;
/** The sum of an account's movements. */
export type Account = Readonly<z.infer<typeof accountSchema>>;

/** What is stored does not add up. Nothing may be written on top of it. */
export class LedgerCorruptError extends Error {
  override readonly name = 'LedgerCorruptError';
}

export const noAccount: Account = { seq: 0, balance: 0, holds: [] };

/** The account after one more movement. @throws LedgerCorruptError when the movement does not follow, or does not add up. */
export function applyMovement(account: Account, movement: Movement): Account {
  const after: Account = {
    seq: account.seq + 1,
    balance: account.balance + effectOn('user', movement),
    holds: holdsAfter(account, movement),
  };
  if (after.seq !== movement.seq || after.balance !== movement.balance || after.balance < 0) {
    throw new LedgerCorruptError(
      `Movement ${movement.seq} (${movement.kind}) of ${movement.account} leaves ${after.balance} tokens after movement ${account.seq}, but says ${movement.balance}.`,
    );
  }
  return after;
}

/** Tokens that are held for calls under way. */
export function heldTokens({ holds }: Account): number {
  return holds.reduce((sum, { tokens }) => sum + tokens, 0);
}

function holdsAfter({ holds }: Account, movement: Movement): Hold[] {
  const { kind, hold: id, tokens, expiresAt, request } = movement;
  if (effectOn('held', movement) === 0 && kind !== 'hold' && id === undefined) return holds;
  if (id === undefined) throw new LedgerCorruptError(`A ${kind} of ${movement.account} names no hold.`);
  if (kind === 'hold') {
    const made = request && { request: { key: request.key, fingerprint: request.fingerprint } };
    return [...holds, { id, tokens, expiresAt: expiresAt ?? movement.at, ...made }];
  }
  const rest = holds.filter((each) => each.id !== id);
  const ended = holds.find((each) => each.id === id);
  if (ended?.tokens !== tokens) {
    throw new LedgerCorruptError(`A ${kind} of ${movement.account} ends hold ${id}, which is not there.`);
  }
  return rest;
}
