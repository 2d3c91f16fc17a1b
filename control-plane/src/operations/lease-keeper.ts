import type { Logger } from 'pino';
import { Interruption, type InterruptionKind } from './interruption.js';
import type { LeaseTerms } from './leases.repository.js';
import type { OperationState } from './operation.js';
import type { Lease } from './saga.js';
import type { WorkerSession } from './worker-session.js';

/** A lease that this process holds, and the signal that ends the work under it. */
export interface HeldLease {
  readonly lease: Lease;
  readonly signal: AbortSignal;
  interrupt(kind: InterruptionKind): void;
  /** The keeper renews it no more. */
  drop(): void;
}

interface Held {
  readonly lease: Lease;
  readonly controller: AbortController;
  /** Of this process's own clock, which runs on while the process is paused. */
  freshUntil: number;
}

/**
 * Renews all leases of this process with one statement, and stops the work under one the moment it may be lost: when the
 * database says that the epoch has moved on, or when no renewal has come through for as long as a lease lasts.
 */
export class LeaseKeeper {
  private readonly held = new Map<string, Held>();
  private timer: NodeJS.Timeout | undefined;
  private renewing = false;
  private stopping = false;

  constructor(
    private readonly session: Pick<WorkerSession, 'query' | 'holder'>,
    private readonly terms: LeaseTerms,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => void this.beat(), this.terms.ttlMs / 4);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  hold(lease: Lease, operationId: string, takenAt: number): HeldLease {
    const held: Held = {
      lease,
      controller: new AbortController(),
      freshUntil: takenAt + this.terms.ttlMs,
    };
    this.held.set(operationId, held);
    if (this.stopping) held.controller.abort(new Interruption('stopping'));
    return {
      lease,
      signal: held.controller.signal,
      interrupt: (kind) => {
        held.controller.abort(new Interruption(kind));
      },
      drop: () => {
        if (this.held.get(operationId) === held) this.held.delete(operationId);
      },
    };
  }

  /** Stops the work for an operation, if it runs here. */
  interrupt(operationId: string, kind: InterruptionKind): void {
    this.held.get(operationId)?.controller.abort(new Interruption(kind));
  }

  /** Stops all work here, also what is taken from now on. */
  interruptAll(): void {
    this.stopping = true;
    for (const held of this.held.values()) held.controller.abort(new Interruption('stopping'));
  }

  /** One round: what is stale by our own clock stops before anything else happens, then the rest is renewed. */
  private async beat(): Promise<void> {
    this.dropStale();
    if (this.renewing || this.held.size === 0) return;
    this.renewing = true;
    const asked = performance.now();
    const asking = [...this.held];
    try {
      const renewed = await this.renew();
      for (const [operationId, held] of asking) {
        const row = renewed.find(
          ({ operation_id, epoch }) => operation_id === operationId && Number(epoch) === held.lease.epoch,
        );
        if (!row) held.controller.abort(new Interruption('lease_lost'));
        else {
          held.freshUntil = asked + this.terms.ttlMs;
          if (row.state === 'cancelling') held.controller.abort(new Interruption('cancelled'));
        }
      }
    } catch (error) {
      this.log.warn({ err: error }, 'leases could not be renewed');
      this.dropStale();
    } finally {
      this.renewing = false;
    }
  }

  private dropStale(): void {
    const now = performance.now();
    for (const held of this.held.values()) {
      if (now >= held.freshUntil) held.controller.abort(new Interruption('lease_lost'));
    }
  }

  private renew(): Promise<{ operation_id: string; epoch: string; state: OperationState }[]> {
    return this.session.query(
      `update leasehold.leases l set expires_at = clock_timestamp() + $2 * interval '1 millisecond'
       from leasehold.operations o
       where l.holder = $1 and o.id = l.operation_id
       returning l.operation_id, l.epoch, o.state`,
      [this.session.holder, this.terms.ttlMs],
    );
  }
}
