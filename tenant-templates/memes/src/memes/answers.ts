/** What the routes of this template answer alike. */
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { problem, unavailable, type Reply, type TenantRequest } from '@leasehold/tenant-kit';
import type { Outcome } from '../ledger/command.js';
import { accountName, BadRequestError } from './meme-request.js';

/** Runs a handler and answers the errors that have an answer; others are the kit's. */
export async function answered(
  handle: () => Reply | Promise<Reply>,
  more: { readonly generatorFailure?: (error: unknown) => Reply | undefined } = {},
): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    const reply = more.generatorFailure?.(error) ?? replyToError(error);
    if (reply === undefined) throw error;
    return reply;
  }
}

/** The caller's account and roles. @throws BadRequestError for a subject that cannot be an account. */
export function accountOf({ caller }: TenantRequest): { account: string; roles: readonly string[] } {
  if (caller === undefined) throw new Error('A route of the ledger was called without a caller.');
  return { account: accountName(caller.subject), roles: caller.roles };
}

/** The answer to a command that has changed nothing. */
export function refused(outcome: Exclude<Outcome, { result: 'done' | 'replayed' }>): Reply {
  switch (outcome.result) {
    case 'insufficient':
      return problem(
        402,
        'insufficient_tokens',
        `There are ${outcome.balance} tokens left, which is not enough. Nothing was charged.`,
      );
    case 'key-reused':
      return problem(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.');
    case 'in-progress':
      return problem(409, 'request_in_progress', 'The request with this Idempotency-Key is being answered.', {
        'retry-after': '1',
      });
    case 'too-much':
      return problem(400, 'balance_too_large', 'The balance would be larger than what is counted.');
  }
}

function replyToError(error: unknown): Reply | undefined {
  if (error instanceof BadRequestError) return problem(400, 'invalid_request', error.message);
  if (error instanceof DataUnavailableError) return unavailable(error.message, error.retryAfterSeconds);
  if (error instanceof OutcomeUnknownError) {
    const detail =
      'It is not known yet whether this was done. Send it again with its Idempotency-Key. Without one, what a meme has cost is refunded as soon as it is known; whether tokens were bought is in the statement (GET /tokens/movements).';
    return problem(503, 'outcome_unknown', detail, { 'retry-after': '1' });
  }
  return undefined;
}
