import { applyMovement, noAccount, type Account } from './account.js';
import type { Command, Outcome } from './command.js';
import { decide, type Rules } from './decide.js';
import type { IdempotentRequest, Movement } from './movement.js';

/** What the commands of a batch may ask of the ledger as it is. */
export interface Books {
  account(name: string): Account | undefined;
  request(account: string, key: string): IdempotentRequest | undefined;
}

/** Decides commands one after the other, each on what the ones before it leave. */
export function decideBatch(
  commands: readonly Command[],
  books: Books,
  rules: Rules,
): { movements: Movement[]; outcomes: Outcome[] } {
  const accounts = new Map<string, Account>();
  const requests = new Map<string, IdempotentRequest>();
  const movements: Movement[] = [];
  const outcomes = commands.map((command) => {
    const name = command.account;
    let account = accounts.get(name) ?? books.account(name) ?? noAccount;
    const key = requestKeyOf(command);
    const known =
      key === undefined ? undefined : (requests.get(joined(name, key)) ?? books.request(name, key));
    const decision = decide(command, account, known, rules);
    for (const movement of decision.movements) {
      account = applyMovement(account, movement);
      if (movement.request?.answer !== undefined)
        requests.set(joined(name, movement.request.key), movement.request);
    }
    movements.push(...decision.movements);
    accounts.set(name, account);
    return decision.outcome;
  });
  return { movements, outcomes };
}

/** The client's key of a command, if it has one. */
export function requestKeyOf(command: Command): string | undefined {
  return 'request' in command ? command.request?.key : undefined;
}

/** One name for an account and a key of it. */
export function joined(account: string, key: string): string {
  return `${account.length}:${account}${key}`;
}
