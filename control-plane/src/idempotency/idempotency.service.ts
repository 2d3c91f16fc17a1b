import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/app-error.js';
import { canonicalJson } from '../platform/canonical-json.js';
import { Answer, type Command } from '../platform/http/answer.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { IdempotencyRepository, type KeyOwner } from './idempotency.repository.js';
import { KeyedQueue } from '../platform/keyed-queue.js';

/** A request as far as idempotency is concerned. */
export interface KeyedRequest {
  readonly key: string;
  /** Method and pattern. */
  readonly route: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly body: unknown;
}

/**
 * `Idempotency-Key`: the answer is recorded in the transaction that makes the change, so there is never one without the
 * other, and no key can be stuck. Only answers of changes are recorded: a refused request changed nothing, and the
 * same key may be used to try again.
 */
@Injectable()
export class IdempotencyService {
  readonly #repository = new IdempotencyRepository();
  readonly #queue = new KeyedQueue();

  constructor(private readonly uow: UnitOfWork) {}

  /** Runs the command once for its key; an equal request gets the first one's answer, another request 422. */
  async once(ctx: Ctx, request: KeyedRequest, command: Command): Promise<Answer> {
    requireUsableKey(request.key);
    const owner = {
      caller: ctx.actor.id,
      route: request.route,
      key: request.key,
      tenantId: ctx.actor.tenantId,
    };
    const digest = createHash('sha256')
      .update(canonicalJson([request.url, request.body ?? null]))
      .digest();
    // Equal requests of this process wait here and not each on a database connection of its own.
    return this.#queue.run(`${owner.caller} ${owner.route} ${owner.key}`, () =>
      this.#run(ctx, owner, digest, command),
    );
  }

  async prune(ctx: Ctx): Promise<number> {
    return this.uow.run(ctx, (tx) => this.#repository.prune(tx, 1000));
  }

  async #run(ctx: Ctx, owner: KeyOwner, digest: Buffer, command: Command): Promise<Answer> {
    return this.uow.run(ctx, async (tx) => {
      const kept = await this.#repository.claim(tx, owner, digest);
      if (kept) return replay(kept.digest.equals(digest), kept.answer);
      const answer = await command(tx);
      await this.#repository.keep(tx, owner, {
        status: answer.status,
        headers: answer.headers,
        body: answer.replayBody,
      });
      return answer;
    });
  }
}

function replay(
  same: boolean,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: unknown },
): Answer {
  if (same) return new Answer(status, body, { ...headers, 'idempotent-replayed': 'true' });
  throw new AppError('not_allowed', 'idempotency_key_reused', {
    publicMessage: 'This Idempotency-Key was used for another request; take a new key for each change.',
    errors: [{ pointer: 'Idempotency-Key', message: 'was used for another request' }],
  });
}

function requireUsableKey(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return;
  throw new AppError('malformed', 'invalid_idempotency_key', {
    publicMessage: 'An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.',
    errors: [{ pointer: 'Idempotency-Key', message: 'must have 1 to 255 visible ASCII characters' }],
  });
}
