import { setTimeout as wait } from 'node:timers/promises';
import type { Command, RequestKey } from '../ledger/command.js';
import type { Ledger } from '../ledger/ledger.js';

export interface CompensationsOptions {
  readonly ledger: Pick<Ledger, 'execute'>;
  /** Given up: a person must look at it. A hold that was not released ends by itself when it expires. */
  readonly onDeadLetter: (command: Command, error: unknown) => void;
  readonly firstRetryMs?: number;
}

const attempts = 9;
const longestRetryMs = 30_000;

/** Gives tokens back for calls that failed, as often as it takes: releases of holds, refunds of charges that came too late to be told. */
export class Compensations {
  deadLetters = 0;
  private readonly underWay = new Set<Promise<void>>();
  private stopping = false;

  constructor(private readonly options: CompensationsOptions) {}

  add(command: Command): void {
    const work = this.carryOut(command).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
  }

  /** How many are not written yet. */
  get pending(): number {
    return this.underWay.size;
  }

  /** Waits for those under way; no longer than their next attempt. */
  async close(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.underWay);
  }

  private async carryOut(command: Command): Promise<void> {
    let delay = this.options.firstRetryMs ?? 250;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.options.ledger.execute(command);
        return;
      } catch (error) {
        if (attempt === attempts || (this.stopping && attempt > 1)) {
          this.deadLetters += 1;
          this.options.onDeadLetter(command, error);
          return;
        }
      }
      await wait(delay * (0.5 + Math.random() / 2));
      delay = Math.min(longestRetryMs, delay * 2);
    }
  }
}

/** A refund is made once, however often it is sent; the space keeps its key apart from those of clients. */
function ownRequest(id: string): RequestKey {
  return { key: ` refund ${id}`, fingerprint: '' };
}

/**
 * What undoes commands that turned out to be stored after their callers were told that it is not known. A call with an idempotency key
 * needs nothing: its caller asks again and gets the answer. A purchase stands, since the tokens were paid for.
 */
export function undoing(commands: readonly Command[], newId: () => string): Command[] {
  return commands.flatMap((command): Command[] => {
    const { account } = command;
    if (command.type === 'hold') return [{ type: 'release', account, hold: command.hold }];
    const answered = command.type === 'charge' || command.type === 'capture';
    if (!answered || command.request !== undefined) return [];
    return [{ type: 'refund', account, tokens: command.tokens, request: ownRequest(newId()) }];
  });
}
