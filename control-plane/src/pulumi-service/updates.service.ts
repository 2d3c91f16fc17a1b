import { newId } from '../platform/ids.js';
import type { Tx } from '../platform/unit-of-work.js';
import type { Caller } from './caller.js';
import { foldJournal } from './journal/fold-journal.js';
import { leaseIsHeld } from './lease-is-held.js';
import { PulumiApiError } from './pulumi-api-error.js';
import type { RunObservers } from './run-observers.js';
import type { Stack, StacksRepository, StackWithState } from './stacks.repository.js';
import { newToken, tokenHash } from './tokens.js';
import { supersedes, whyNot } from './update-fence.js';
import type { UpdateWriter } from './update-writer.js';
import type {
  Update,
  UpdateKind,
  UpdateLease,
  UpdatesRepository,
  UpdateState,
} from './updates.repository.js';
import type { VersionedDeployment } from './wire/deployment.js';
import type { CreateUpdateRequest } from './wire/requests.js';

/** Seconds until an update that is not renewed counts as dead: what the CLI assumes, and its longest renewal. */
const leaseSeconds = 300;

export interface StartedUpdate {
  readonly version: number;
  readonly token: string;
  /** Seconds since 1970. */
  readonly tokenExpiration: number;
  readonly journal: boolean;
}

/**
 * The life of an update: requested, running under a lease, ended. One update that changes a stack runs at a time. Whoever
 * starts one after a run that was cut off first gets that run's journal folded into the state, and the old run's lease ends
 * with it: its writes are refused from then on.
 */
export class UpdatesService {
  constructor(
    private readonly stacks: StacksRepository,
    private readonly updates: UpdatesRepository,
    private readonly writer: UpdateWriter,
    private readonly observers: RunObservers,
  ) {}

  async create(
    caller: Caller,
    stack: Stack,
    kind: UpdateKind,
    request: CreateUpdateRequest,
  ): Promise<string> {
    const id = newId('upd');
    const { options, metadata, config } = request;
    await this.updates.create(
      {
        id,
        stackId: stack.id,
        kind,
        dryRun: options.dryRun || kind === 'preview',
        message: metadata.message,
        environment: metadata.environment ?? {},
        config: config ?? {},
      },
      caller,
    );
    return id;
  }

  /** @throws PulumiApiError 409 when another update of the stack runs, or the caller's epoch is no longer the newest */
  async start(
    stackId: number,
    updateId: string,
    request: { tags?: Readonly<Record<string, string>> | undefined; journal: boolean },
  ): Promise<StartedUpdate> {
    const token = newToken('lhupd');
    const started = await this.writer.transaction(stackId, async (tx, stack) => {
      const update = await this.#lock(tx, stackId, updateId);
      if (update.fenced) return { update, refused: whyNot(updateId, update) };
      if (update.state !== 'requested')
        throw new PulumiApiError(409, `The update ${updateId} was started before.`);
      const version = update.dryRun ? stack.version : (await this.#takeOver(tx, stack, update)) + 1;
      const journal = request.journal && !update.dryRun;
      const lease = { tokenHash: tokenHash(token), seconds: leaseSeconds, journal, version };
      const tokenExpiration = await this.updates.start(tx, updateId, lease);
      if (!update.dryRun) await this.stacks.setActiveUpdate(tx, stackId, updateId, request.tags);
      return { update, lease: { version, token, tokenExpiration, journal } };
    });
    const observer = this.observers.of(started.update.runId);
    if (!started.lease) {
      observer?.refused();
      throw started.refused ?? new PulumiApiError(409, `Conflict: The update ${updateId} may not start.`);
    }
    observer?.updateStarted(updateId);
    return started.lease;
  }

  /** @returns when the lease now ends, in seconds since 1970 */
  async renew(lease: UpdateLease, seconds: number): Promise<number> {
    const expires = await this.updates.renew(lease, Math.min(seconds, leaseSeconds));
    return expires ?? this.writer.refuse(lease);
  }

  /** Folds the journal into the state. Repeating it with the same outcome is no error. */
  async complete(lease: UpdateLease, state: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    const known = await this.updates.byLease(lease);
    if (known?.state === state) return;
    await this.writer.write(lease, (tx, update, stack) => this.writer.end(tx, stack, update, state));
    this.observers.of(known?.runId)?.updateEnded(state);
  }

  /** Ends an update from outside: its lease is void, what its journal says is kept. An ended one stays as it is. */
  async cancel(stackId: number, updateId: string): Promise<void> {
    const cancelled = await this.writer.transaction(stackId, async (tx, stack) => {
      const update = await this.#lock(tx, stackId, updateId);
      if (update.state !== 'requested' && update.state !== 'running') return undefined;
      await this.writer.end(tx, stack, update, 'cancelled');
      return update;
    });
    this.observers.of(cancelled?.runId)?.updateEnded('cancelled');
  }

  /** A new state from outside a run (`pulumi stack import`), as an update of its own. */
  async import(caller: Caller, stack: Stack, state: VersionedDeployment): Promise<string> {
    const id = await this.create(caller, stack, 'import', {
      options: { dryRun: false },
      metadata: { message: '' },
    });
    const { token } = await this.start(stack.id, id, { journal: false });
    const lease = { updateId: id, tokenHash: tokenHash(token) };
    await this.writer.write(lease, async (tx, update, locked) => {
      await this.writer.end(tx, { ...locked, state }, update, 'succeeded');
    });
    return id;
  }

  async status(stackId: number, updateId: string): Promise<UpdateState> {
    const update = await this.updates.find(updateId);
    if (update?.stackId !== stackId) throw noUpdate(updateId);
    return update.state;
  }

  /** The stored state and the journal of the update that runs or was cut off. */
  async currentState(stackId: number): Promise<VersionedDeployment> {
    const found = await this.stacks.stateAndJournal(stackId);
    if (!found) throw new PulumiApiError(404, 'The stack was removed.');
    return foldJournal(found.state, found.journal, new Date().toISOString());
  }

  /**
   * Removes a stack with all that hangs on it.
   * @throws PulumiApiError 400 in the CLI's words when it still has resources, 409 while an update is running
   */
  async removeStack(stackId: number, force: boolean): Promise<void> {
    await this.writer.transaction(stackId, async (tx, stack) => {
      const active =
        stack.activeUpdate === null ? undefined : await this.updates.lock(tx, stack.activeUpdate);
      if (active?.state === 'running' && active.live && !active.fenced) throw inProgress(active);
      const { deployment } = await this.writer.folded(tx, stack);
      const left = (deployment.resources ?? []).length + (deployment.pending_operations ?? []).length;
      if (left > 0 && !force) throw new PulumiApiError(400, 'Bad Request: Stack still contains resources.');
      await this.stacks.remove(tx, stackId);
    });
  }

  /** Makes room for an update that changes the stack. @returns the version that the stack then has */
  async #takeOver(tx: Tx, stack: StackWithState, update: Update): Promise<number> {
    if (update.subject === null && stack.subject !== null && (await leaseIsHeld(tx, stack.subject)))
      throw new PulumiApiError(
        409,
        `Conflict: An operation of the control plane is changing ${stack.subject}.`,
      );
    const active = stack.activeUpdate === null ? undefined : await this.updates.lock(tx, stack.activeUpdate);
    if (active?.state !== 'running') return stack.version;
    if (active.live && !supersedes(update, active)) throw inProgress(active);
    await this.writer.end(tx, stack, active, 'cancelled');
    return active.version;
  }

  async #lock(tx: Tx, stackId: number, updateId: string): Promise<Update> {
    const update = await this.updates.lock(tx, updateId);
    if (update?.stackId !== stackId) throw noUpdate(updateId);
    return update;
  }
}

function noUpdate(updateId: string): PulumiApiError {
  return new PulumiApiError(404, `There is no update ${updateId} of this stack.`);
}

function inProgress(active: Update): PulumiApiError {
  return new PulumiApiError(
    409,
    `Conflict: Another update is currently in progress (${active.kind} ${active.id}).`,
  );
}
