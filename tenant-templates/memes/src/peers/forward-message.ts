/** What replicas send each other, as JSON. */
import * as z from 'zod/mini';
import type { Outcome } from '../ledger/command.js';
import type { ForwardAnswer, ForwardMessage } from './peers.js';

const whole = z.number().check(z.int(), z.nonnegative());
const account = z.string();
const tokens = whole;
const key = z.object({ key: z.string(), fingerprint: z.string() });
const request = z.optional(key);

const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), account }),
  z.object({ type: z.literal('purchase'), account, tokens, request }),
  z.object({ type: z.literal('charge'), account, tokens, answer: z.string(), request }),
  z.object({ type: z.literal('hold'), account, tokens, hold: z.string(), expiresAt: whole, request }),
  z.object({
    type: z.literal('capture'),
    account,
    tokens,
    hold: z.string(),
    answer: z.string(),
    request,
  }),
  z.object({ type: z.literal('release'), account, hold: z.string() }),
  z.object({ type: z.literal('refund'), account, tokens, request: key }),
]);

const messageSchema = z.object({
  id: z.string().check(z.minLength(1)),
  after: whole,
  shard: whole,
  leads: whole,
  commands: z.array(commandSchema).check(z.minLength(1)),
});

const outcomeSchema = z.discriminatedUnion('result', [
  z.object({ result: z.literal('done'), balance: whole }),
  z.object({ result: z.literal('replayed'), answer: z.string() }),
  z.object({ result: z.literal('insufficient'), balance: whole }),
  z.object({ result: z.literal('key-reused') }),
  z.object({ result: z.literal('in-progress') }),
  z.object({ result: z.literal('too-much') }),
]) satisfies z.ZodMiniType<Outcome>;

const answerSchema = z.object({
  version: whole,
  outcomes: z.nullable(z.array(outcomeSchema)),
  yours: z.boolean(),
});

/** @throws ZodError or SyntaxError when it is none. */
export const parseMessage = (json: string): ForwardMessage => messageSchema.parse(JSON.parse(json));
/** @throws ZodError or SyntaxError when it is none. */
export const parseAnswer = (json: string): ForwardAnswer => answerSchema.parse(JSON.parse(json));
