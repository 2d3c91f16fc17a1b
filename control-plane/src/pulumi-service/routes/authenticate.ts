import type { FastifyRequest } from 'fastify';
import type { Caller, PulumiAccess } from '../caller.js';
import { PulumiApiError } from '../pulumi-api-error.js';
import type { RunObservers } from '../run-observers.js';
import type { RunsService } from '../runs.service.js';
import { tokenHash } from '../tokens.js';
import type { UpdateLease } from '../updates.repository.js';

/** Tells who sent a request: `Authorization: token <run token or API key>`. */
export class Authenticator {
  constructor(
    private readonly access: PulumiAccess,
    private readonly runs: RunsService,
    private readonly observers: RunObservers,
  ) {}

  /** @throws PulumiApiError 401 */
  async caller(request: FastifyRequest): Promise<Caller> {
    const token = credentials(request, 'token');
    if (token === undefined)
      throw new PulumiApiError(401, 'Unauthorized: send "Authorization: token <API key>".');
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
}

/** The lease under which a running update writes: `Authorization: update-token <token>`. @throws PulumiApiError 401 */
export function updateLease(request: FastifyRequest, updateId: string): UpdateLease {
  const token = credentials(request, 'update-token');
  if (token === undefined)
    throw new PulumiApiError(401, 'Unauthorized: send "Authorization: update-token <token>".');
  return { updateId, tokenHash: tokenHash(token) };
}

function credentials(request: FastifyRequest, scheme: string): string | undefined {
  const [given, token] = (request.headers.authorization ?? '').split(' ');
  return given?.toLowerCase() === scheme && token ? token : undefined;
}
