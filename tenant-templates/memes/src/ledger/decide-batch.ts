import { applyMovement, noAccount, type Account } from './account.js';
import type { Command, Outcome } from './command.js';
import { decide, type Decision, type Rules } from './decide.js';
import { recalled, recordOf, type ForwardRecord } from './forward-record.js';
import type { Group, GroupOutcomes } from './group.js';
import type { IdempotentRequest, Movement } from './movement.js';

/** What the commands of a batch may ask of the ledger as it is. */
export interface Books {
  account(name: string): Account | undefined;
  request(account: string, key: string): IdempotentRequest | undefined;
  /** A forward that is stored. */
  forward(id: string): ForwardRecord | undefined;
  /** Whether every forward that was stored after this version is known. */
  remembers(version: number): boolean;
}

export interface BatchDecision {
  readonly movements: Movement[];
  readonly forwards: ForwardRecord[];
  /** One for each group. */
  readonly outcomes: GroupOutcomes[];
}

/** Decides groups one after the other, each command on what the ones before it leave. */
export function decideBatch(groups: readonly Group[], books: Books, rules: Rules): BatchDecision {
  const draft = new BatchDraft(books, rules);
  const outcomes = groups.map((group) => draft.add(group));
  return { movements: draft.movements, forwards: [...draft.forwards.values()], outcomes };
}

class BatchDraft {
  readonly movements: Movement[] = [];
  readonly forwards = new Map<string, ForwardRecord>();
  private readonly accounts = new Map<string, Account>();
  private readonly requests = new Map<string, IdempotentRequest>();

  constructor(
    private readonly books: Books,
    private readonly rules: Rules,
  ) {}

  add({ commands, forward, void: empty }: Group): GroupOutcomes {
    if (forward === undefined) return commands.map((command) => this.carryOut(command));
    const known = this.forwards.get(forward.id) ?? this.books.forward(forward.id);
    if (known !== undefined) return this.recall(known, commands);
    if (!this.books.remembers(forward.after)) return undefined;
    if (empty) {
      this.forwards.set(forward.id, recordOf(forward.id, []));
      return undefined;
    }
    const before = this.movements.length;
    const outcomes = commands.map((command) => this.carryOut(command));
    if (this.movements.length > before) this.forwards.set(forward.id, recordOf(forward.id, outcomes));
    return outcomes;
  }

  private carryOut(command: Command): Outcome {
    const name = command.account;
    const decision = this.decision(command);
    let account = this.account(name);
    for (const movement of decision.movements) {
      account = applyMovement(account, movement);
      if (movement.request?.answer !== undefined)
        this.requests.set(joined(name, movement.request.key), movement.request);
    }
    this.movements.push(...decision.movements);
    this.accounts.set(name, account);
    return decision.outcome;
  }

  private recall({ results }: ForwardRecord, commands: readonly Command[]): GroupOutcomes {
    if (results === '') return undefined;
    return commands.map((command, index) =>
      recalled(results[index], command, {
        balance: this.account(command.account).balance,
        again: () => this.decision(command).outcome,
      }),
    );
  }

  private decision(command: Command): Decision {
    const { account: name } = command;
    const key = requestKeyOf(command);
    const known =
      key === undefined ? undefined : (this.requests.get(joined(name, key)) ?? this.books.request(name, key));
    return decide(command, this.account(name), known, this.rules);
  }

  private account(name: string): Account {
    return this.accounts.get(name) ?? this.books.account(name) ?? noAccount;
  }
}

/** The client's key of a command, if it has one. */
export function requestKeyOf(command: Command): string | undefined {
  return 'request' in command ? command.request?.key : undefined;
}

/** One name for an account and a key of it. */
export function joined(account: string, key: string): string {
  return `${account.length}:${account}${key}`;
}
