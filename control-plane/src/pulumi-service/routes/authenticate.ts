import type { FastifyRequest } from 'fastify';
import type { Caller, PulumiAccess } from '../caller.js';
import { PulumiApiError } from '../pulumi-api-error.js';
import type { RunObservers } from '../run-observers.js';
import type { RunsService } from '../runs.service.js';
import { tokenHash } from '../tokens.js';
import type { UpdateLease, UpdatesRepository } from '../updates.repository.js';
import { updateIdOf } from './parameters.js';

/** Leases that were seen to be real, so that the next request of the same run costs no query before its body is read. */
const rememberedLeases = 1000;

/**
 * Tells who sent a request, before its body is read: `Authorization: token <run token or API key>`, or, where a running
 * update writes, `Authorization: update-token <token>`.
 */
export class Authenticator {
  readonly #callers = new WeakMap<FastifyRequest, Caller>();
  readonly #leases = new WeakMap<FastifyRequest, UpdateLease>();
  readonly #real = new Set<string>();

  constructor(
    private readonly access: PulumiAccess,
    private readonly runs: RunsService,
    private readonly updates: UpdatesRepository,
    private readonly observers: RunObservers,
  ) {}

  /** @throws PulumiApiError 401, or 403 for a token that is not that of the update */
  async admit(request: FastifyRequest): Promise<void> {
    const [scheme = '', token] = (request.headers.authorization ?? '').split(' ');
    if (token && scheme.toLowerCase() === 'token') this.#callers.set(request, await this.#caller(token));
    else if (token && scheme.toLowerCase() === 'update-token') await this.#admitLease(request, token);
    else throw new PulumiApiError(401, 'Unauthorized: send "Authorization: token <API key>".');
  }

  /** @throws PulumiApiError 401 */
  caller(request: FastifyRequest): Caller {
    const caller = this.#callers.get(request);
    if (!caller) throw new PulumiApiError(401, 'Unauthorized: send "Authorization: token <API key>".');
    return caller;
  }

  /** The lease under which a running update writes. @throws PulumiApiError 401 */
  lease(request: FastifyRequest): UpdateLease {
    const lease = this.#leases.get(request);
    if (!lease) throw new PulumiApiError(401, 'Unauthorized: send "Authorization: update-token <token>".');
    return lease;
  }

  async #caller(token: string): Promise<Caller> {
    const run = await this.runs.byToken(token);
    if (run) {
      this.observers.of(run.id)?.connected();
      return { kind: 'run', runId: run.id, stackId: run.stackId, subject: run.subject, epoch: run.epoch };
    }
    const key = await this.access.authenticate(token);
    if (!key)
      throw new PulumiApiError(401, 'Unauthorized: the API key is unknown, expired or may not see stacks.');
    return { kind: 'key', ...key };
  }

  async #admitLease(request: FastifyRequest, token: string): Promise<void> {
    const lease = { updateId: updateIdOf(request), tokenHash: tokenHash(token) };
    const known = `${lease.updateId} ${lease.tokenHash.toString('hex')}`;
    if (!this.#real.has(known)) {
      if (!(await this.updates.byLease(lease)))
        throw new PulumiApiError(403, `The token is not that of the update ${lease.updateId}.`);
      this.#real.add(known);
      const [oldest] = this.#real;
      if (this.#real.size > rememberedLeases && oldest !== undefined) this.#real.delete(oldest);
    }
    this.#leases.set(request, lease);
  }
}
