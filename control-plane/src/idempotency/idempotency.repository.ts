import { row, rows, type Tx } from '../platform/unit-of-work.js';

/** Whose key, on which route. */
export interface KeyOwner {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  readonly tenantId: string | undefined;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface KeyRow extends StoredAnswer {
  readonly request_digest: Buffer;
}

/** How long an answer is kept. */
const kept = `interval '24 hours'`;

export class IdempotencyRepository {
  /**
   * Takes a key for this transaction. While another transaction holds it, the insert waits for that one's end: so an
   * equal request finds the first one's answer, and a crash, which rolls back, frees the key.
   * @returns the answer kept under the key, or undefined when the key is now the caller's to use.
   */
  async claim(
    tx: Tx,
    owner: KeyOwner,
    digest: Buffer,
  ): Promise<{ digest: Buffer; answer: StoredAnswer } | undefined> {
    const identity = [owner.caller, owner.route, owner.key];
    const taken = await row(
      tx,
      `insert into leasehold.idempotency_keys as mine (caller, route, key, tenant_id, request_digest)
       values ($1, $2, $3, $4, $5)
       on conflict (caller, route, key) do update set request_digest = excluded.request_digest, created_at = now()
         where mine.created_at < now() - ${kept}
       returning 1`,
      [...identity, owner.tenantId ?? null, digest],
    );
    if (taken) return undefined;
    const found = await row<KeyRow>(
      tx,
      `select request_digest, status, headers, body from leasehold.idempotency_keys
       where caller = $1 and route = $2 and key = $3`,
      identity,
    );
    return found && { digest: found.request_digest, answer: found };
  }

  async keep(tx: Tx, owner: KeyOwner, answer: StoredAnswer): Promise<void> {
    await rows(
      tx,
      `update leasehold.idempotency_keys set status = $4, headers = $5, body = $6
       where caller = $1 and route = $2 and key = $3`,
      [
        owner.caller,
        owner.route,
        owner.key,
        answer.status,
        JSON.stringify(answer.headers),
        JSON.stringify(answer.body),
      ],
    );
  }

  /** @returns how many were removed, at most `limit`. */
  async prune(tx: Tx, limit: number): Promise<number> {
    const removed = await rows(
      tx,
      `delete from leasehold.idempotency_keys where ctid = any (array(
         select ctid from leasehold.idempotency_keys where created_at < now() - ${kept} limit $1 for update skip locked))
       returning 1`,
      [limit],
    );
    return removed.length;
  }
}
