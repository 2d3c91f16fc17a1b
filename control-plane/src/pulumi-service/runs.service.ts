import type { DataSource } from 'typeorm';
import { newId } from '../platform/ids.js';
import { PulumiApiError } from './pulumi-api-error.js';
import type { RunObserver, RunObservers } from './run-observers.js';
import type { Run, RunsRepository } from './runs.repository.js';
import { checkStackRef, type StackRef } from './stack-ref.js';
import type { StacksRepository } from './stacks.repository.js';
import { newToken, tokenHash } from './tokens.js';
import type { UpdatesService } from './updates.service.js';

/** Longer than any run; the token is void at the end of its run anyway. */
const tokenHours = 24;

export interface RunGrant extends Run {
  readonly token: string;
}

/** The control plane's own runs: what they log in with, and what is left of them when they have ended in any way. */
export class RunsService {
  readonly #granted = new Map<string, Run>();

  constructor(
    private readonly database: DataSource,
    private readonly stacks: StacksRepository,
    private readonly runs: RunsRepository,
    private readonly updates: UpdatesService,
    private readonly observers: RunObservers,
  ) {}

  /**
   * A token for one stack, which is made when it is missing, good while the lease's epoch is the newest of its subject.
   * @throws PulumiApiError 409 when a newer one was handed out
   */
  async grant(
    ref: StackRef,
    holder: { subject: string; epoch: number; operationId: string },
    observer: RunObserver,
  ): Promise<RunGrant> {
    const token = newToken('lhrun');
    const hash = tokenHash(token);
    const run = await this.database.transaction(async (tx) => {
      const stackId = await this.stacks.ensure(tx, checkStackRef(ref), holder.subject);
      const made = { ...holder, id: newId('run'), stackId };
      if (!(await this.runs.create(tx, { ...made, tokenHash: hash, hours: tokenHours })))
        throw new PulumiApiError(409, `Conflict: ${holder.subject} was taken over by a newer run.`);
      return made;
    });
    this.#granted.set(hash.toString('hex'), run);
    this.observers.observe(run.id, observer);
    return { ...run, token };
  }

  /** Whose token is this? Runs of this process are known without asking the database. */
  async byToken(token: string): Promise<Run | undefined> {
    const hash = tokenHash(token);
    return this.#granted.get(hash.toString('hex')) ?? (await this.runs.byToken(hash));
  }

  /**
   * Ends a run: its token is void, and an update that its CLI left open (it failed before its engine started, or it was
   * killed) is cancelled, with what it had done kept.
   * @param completed the CLI has ended its update itself
   */
  async end(run: RunGrant, completed: boolean): Promise<void> {
    this.#granted.delete(tokenHash(run.token).toString('hex'));
    const open = completed ? undefined : await this.runs.openUpdate(run.id);
    if (open !== undefined) await this.updates.cancel(run.stackId, open);
    this.observers.forget(run.id);
    await this.runs.remove(run.id);
  }
}
