/** Decides what a command does to an account: pure, so that a batch can be decided again when another replica was first. */
import type { Account, Hold } from './account.js';
import type { Command, Outcome, RequestKey } from './command.js';
import { effectOn, type IdempotentRequest, type Movement, type MovementKind } from './movement.js';

/** Beyond it a balance is not taken, far below where numbers are no longer exact (2^53). */
export const maxBalance = 1_000_000_000_000_000;

export interface Rules {
  /** What a new account opens with. */
  readonly openingTokens: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Decision {
  readonly movements: readonly Movement[];
  readonly outcome: Outcome;
}

/** Adds up the movements of one decision. */
class Draft {
  readonly movements: Movement[] = [];
  balance: number;
  private seq: number;

  constructor(
    private readonly name: string,
    account: Account,
    private readonly now: number,
  ) {
    this.balance = account.balance;
    this.seq = account.seq;
  }

  add(kind: MovementKind, tokens: number, more: Partial<Movement> = {}): void {
    this.balance += effectOn('user', { kind, tokens });
    this.seq += 1;
    const { name: account, now: at, seq, balance } = this;
    this.movements.push({ account, seq, at, kind, tokens, balance, ...more });
  }

  done(): Decision {
    return this.ended({ result: 'done', balance: this.balance });
  }

  ended(outcome: Outcome): Decision {
    return { movements: this.movements, outcome };
  }
}

/**
 * @param account as it is now; expired holds are released on the way.
 * @param known the record of the request's key, if the key was used before.
 */
export function decide(
  command: Command,
  account: Account,
  known: IdempotentRequest | undefined,
  rules: Rules,
): Decision {
  const draft = new Draft(command.account, account, rules.now);
  if (account.seq === 0) draft.add('opening', rules.openingTokens);
  // A hold that its own call comes back for is not expired: the call is alive.
  const own = 'hold' in command && command.type !== 'hold' ? command.hold : undefined;
  const open = account.holds.filter((hold) => hold.expiresAt > rules.now || hold.id === own);
  for (const hold of account.holds) {
    if (!open.includes(hold)) draft.add('release', hold.tokens, { hold: hold.id });
  }
  const earlier = requestOf(command) && judgeRequest(requestOf(command), known, open, own);
  return earlier ? draft.ended(earlier) : carryOut(command, draft, open);
}

function requestOf(command: Command): RequestKey | undefined {
  return 'request' in command ? command.request : undefined;
}

/** What a repeated request gets; undefined for a new one. */
function judgeRequest(
  request: RequestKey | undefined,
  known: IdempotentRequest | undefined,
  open: readonly Hold[],
  own: string | undefined,
): Outcome | undefined {
  if (request === undefined) return undefined;
  const underWay = open.find((hold) => hold.id !== own && hold.request?.key === request.key)?.request;
  const earlier = known ?? underWay;
  if (earlier === undefined) return undefined;
  if (earlier.fingerprint !== request.fingerprint) return { result: 'key-reused' };
  return known?.answer === undefined
    ? { result: 'in-progress' }
    : { result: 'replayed', answer: known.answer };
}

function carryOut(command: Command, draft: Draft, open: readonly Hold[]): Decision {
  switch (command.type) {
    case 'open':
      return draft.done();
    case 'purchase': {
      const balance = draft.balance + command.tokens;
      if (balance > maxBalance) return draft.ended({ result: 'too-much' });
      draft.add('purchase', command.tokens, answered(command.request, String(balance)));
      return draft.done();
    }
    case 'charge':
      return charge(command, draft);
    case 'hold':
      if (draft.balance < command.tokens) return insufficient(draft);
      draft.add('hold', command.tokens, {
        hold: command.hold,
        expiresAt: command.expiresAt,
        ...(command.request && { request: command.request }),
      });
      return draft.done();
    case 'capture':
      return capture(command, draft, open);
    case 'release': {
      const held = open.find(({ id }) => id === command.hold);
      if (held !== undefined) draft.add('release', held.tokens, { hold: held.id });
      return draft.done();
    }
    case 'refund':
      draft.add('refund', command.tokens, answered(command.request, ''));
      return draft.done();
  }
}

function charge(command: Extract<Command, { answer: string }>, draft: Draft): Decision {
  if (draft.balance < command.tokens) return insufficient(draft);
  draft.add('charge', command.tokens, answered(command.request, command.answer));
  return draft.done();
}

/** Takes what is held, or less of it: then the hold ends, and the rest is the user's again. */
function capture(
  command: Extract<Command, { type: 'capture' }>,
  draft: Draft,
  open: readonly Hold[],
): Decision {
  const held = open.find(({ id }) => id === command.hold);
  if (held?.tokens === command.tokens) {
    draft.add('capture', held.tokens, { hold: held.id, ...answered(command.request, command.answer) });
    return draft.done();
  }
  if (held !== undefined) draft.add('release', held.tokens, { hold: held.id });
  return charge(command, draft);
}

function insufficient(draft: Draft): Decision {
  return draft.ended({ result: 'insufficient', balance: draft.balance });
}

function answered(request: RequestKey | undefined, answer: string): Partial<Movement> {
  return request ? { request: { ...request, answer } } : {};
}
