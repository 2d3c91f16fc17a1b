import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMovement, heldTokens, noAccount, type Account } from './account.js';
import type { Command } from './command.js';
import { decide, maxBalance } from './decide.js';
import { effectOn, type Movement } from './movement.js';

const account = 'ada';
const rules = { openingTokens: 10, now: 1_000 };
const request = { key: 'k', fingerprint: 'f' };

const after = (commands: readonly Command[], start: Account = noAccount, at = rules): Account =>
  commands.reduce(
    (state, command) => decide(command, state, undefined, at).movements.reduce(applyMovement, state),
    start,
  );

const hold = (id: string, tokens: number, expiresAt = 2_000): Command => ({
  type: 'hold',
  account,
  hold: id,
  tokens,
  expiresAt,
});

describe('a new account', () => {
  it('opens with the opening tokens, once', () => {
    const opened = after([{ type: 'open', account }]);
    expect(opened).toEqual({ seq: 1, balance: 10, holds: [] });
    expect(decide({ type: 'open', account }, opened, undefined, rules).movements).toEqual([]);
  });

  it('opens with none where the parameter says so, and still once', () => {
    const opened = after([{ type: 'open', account }], noAccount, { ...rules, openingTokens: 0 });
    expect(opened).toEqual({ seq: 1, balance: 0, holds: [] });
  });
});

describe('a charge', () => {
  it('is refused without enough tokens, and nothing is taken', () => {
    const opened = after([{ type: 'open', account }]);
    const decision = decide({ type: 'charge', account, tokens: 11, answer: '' }, opened, undefined, rules);
    expect(decision).toEqual({ movements: [], outcome: { result: 'insufficient', balance: 10 } });
  });

  it('takes the last token', () => {
    expect(after([{ type: 'charge', account, tokens: 10, answer: '' }]).balance).toBe(0);
  });

  it.each([
    ['the same request again is answered as before', 'f', { result: 'replayed', answer: 'meme' }],
    ['another request with the same key is refused', 'g', { result: 'key-reused' }],
  ])('with a key: %s, and nothing is taken', (_, fingerprint, outcome) => {
    const opened = after([{ type: 'open', account }]);
    const command: Command = {
      type: 'charge',
      account,
      tokens: 1,
      answer: 'other',
      request: { key: 'k', fingerprint },
    };
    expect(decide(command, opened, { ...request, answer: 'meme' }, rules)).toEqual({
      movements: [],
      outcome,
    });
  });
});

describe('a hold', () => {
  it('keeps its tokens from other calls, and comes to the house when it is captured', () => {
    const held = after([hold('h', 8)]);
    expect([held.balance, heldTokens(held)]).toEqual([2, 8]);
    const captured = after([{ type: 'capture', account, hold: 'h', tokens: 8, answer: '' }], held);
    expect(captured).toMatchObject({ balance: 2, holds: [] });
  });

  it('gives back what a cheaper meme does not cost', () => {
    const captured = after([hold('h', 8), { type: 'capture', account, hold: 'h', tokens: 1, answer: '' }]);
    expect(captured).toMatchObject({ balance: 9, holds: [] });
  });

  it('is released by any command after it has expired, and its tokens are there again', () => {
    const held = after([hold('h', 8, 2_000)]);
    const later = { ...rules, now: 2_000 };
    expect(after([{ type: 'open', account }], held, later)).toMatchObject({ balance: 10, holds: [] });
  });

  it('that its own call comes back for late is captured all the same', () => {
    const held = after([hold('h', 8, 2_000)]);
    const capture: Command = { type: 'capture', account, hold: 'h', tokens: 8, answer: '' };
    const { movements } = decide(capture, held, undefined, { ...rules, now: 9_000 });
    expect(movements.map(({ kind }) => kind)).toEqual(['capture']);
  });

  it('that was released meanwhile is charged, or refused when the tokens are gone', () => {
    const spent = after([hold('h', 8), { type: 'release', account, hold: 'h' }]);
    const capture: Command = { type: 'capture', account, hold: 'h', tokens: 8, answer: '' };
    expect(after([capture], spent).balance).toBe(2);
    expect(after([{ type: 'charge', account, tokens: 9, answer: '' }, capture], spent).balance).toBe(1);
  });

  it('is released once, however often that is asked for', () => {
    const release: Command = { type: 'release', account, hold: 'h' };
    expect(after([hold('h', 8), release, release])).toMatchObject({ seq: 3, balance: 10 });
  });

  it('makes the same request wait while it is under way', () => {
    const first: Command = { type: 'hold', account, hold: 'h', tokens: 1, expiresAt: 2_000, request };
    const again: Command = { ...first, hold: 'other' };
    const { outcome } = decide(again, after([first]), undefined, rules);
    expect(outcome).toEqual({ result: 'in-progress' });
  });
});

it('a purchase beyond what is counted exactly is refused', () => {
  const rich = after([{ type: 'purchase', account, tokens: maxBalance - 10 }]);
  expect(rich.balance).toBe(maxBalance);
  const { outcome } = decide({ type: 'purchase', account, tokens: 1 }, rich, undefined, rules);
  expect(outcome).toEqual({ result: 'too-much' });
});

const tokens = fc.integer({ min: 0, max: 20 });
const id = fc.constantFrom('h1', 'h2', 'h3');
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('purchase' as const), account: fc.constant(account), tokens }),
  fc.record({
    type: fc.constant('charge' as const),
    account: fc.constant(account),
    tokens,
    answer: fc.constant(''),
  }),
  fc.record({
    type: fc.constant('capture' as const),
    account: fc.constant(account),
    tokens,
    hold: id,
    answer: fc.constant(''),
  }),
  fc.record({ type: fc.constant('release' as const), account: fc.constant(account), hold: id }),
  fc.tuple(id, tokens, fc.integer({ min: 0, max: 200 })).map(([name, count, at]) => hold(name, count, at)),
);

describe('whatever is commanded', () => {
  it('the balance is the sum of the movements, never below zero, and over all sides nothing is lost or made', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
        const movements: Movement[] = [];
        let state = noAccount;
        commands.forEach((command, now) => {
          // Each call has a hold of its own.
          if (command.type === 'hold' && state.holds.some((open) => open.id === command.hold)) return;
          const decision = decide(command, state, undefined, { openingTokens: 10, now });
          state = decision.movements.reduce(applyMovement, state);
          movements.push(...decision.movements);
          expect(state.balance).toBeGreaterThanOrEqual(0);
        });
        const sum = (side: Parameters<typeof effectOn>[0]): number =>
          movements.reduce((total, movement) => total + effectOn(side, movement), 0);
        expect(sum('user')).toBe(state.balance);
        expect(sum('held')).toBe(heldTokens(state));
        expect(sum('user') + sum('held') + sum('revenue') + sum('issuance')).toBe(0);
        expect(movements.map(({ seq }) => seq)).toEqual(movements.map((_, index) => index + 1));
      }),
    );
  });
});
