import { z } from 'zod';
import type { Answer } from '../platform/http/answer.js';
import type { Actor } from '../platform/request-context.js';
import type { AuditEntry } from './audit.service.js';
import { withoutSecrets } from './changed-fields.js';

/** A request that has changed something, as far as its audit entry is concerned. */
export interface ChangeRequest {
  /** The route's name in the OpenAPI document. */
  readonly operationId: string;
  readonly parameters: unknown;
  readonly body: unknown;
}

const parameters = z.record(z.string(), z.string()).catch({});
const answered = z
  .object({ id: z.string().optional(), name: z.string().optional(), tenantId: z.string().nullish() })
  .catch({});
const asked = z.record(z.string(), z.unknown()).catch({});

/**
 * The entry of a change that nobody has described in its own words: named after its route, about what the path or the answer
 * names, with what was asked for. So a new route cannot be forgotten, and can still say more by itself.
 */
export function commandEntry(request: ChangeRequest, answer: Answer, actor: Actor): AuditEntry {
  const { id, name, tenantId } = answered.parse(answer.body);
  const [named] = Object.values(parameters.parse(request.parameters));
  const subject = named ?? id ?? name ?? request.operationId;
  const owner = tenantId ?? [id, named].find((text) => text?.startsWith('ten_'));
  return {
    action: request.operationId,
    subject,
    tenantId: actor.tenantId ?? owner ?? null,
    detail: { status: answer.status, asked: withoutSecrets(asked.parse(request.body)) },
  };
}
