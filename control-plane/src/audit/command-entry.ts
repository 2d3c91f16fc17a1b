import { z, type ZodType } from 'zod';
import type { Answer } from '../platform/http/answer.js';
import type { Actor } from '../platform/request-context.js';
import type { AuditEntry } from './audit.service.js';
import { withoutSecrets } from './changed-fields.js';
import { withoutSecretFields } from './secret-fields.js';

/** A request that has changed something, as far as its audit entry is concerned. */
export interface ChangeRequest {
  /** The route's name in the OpenAPI document. */
  readonly operationId: string;
  readonly parameters: unknown;
  readonly body: unknown;
  /** The schema of the body: what it marks as secret is not kept. */
  readonly schema?: ZodType | undefined;
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
  const { schema } = request;
  const body = schema ? withoutSecretFields(schema, request.body) : request.body;
  return {
    action: request.operationId,
    subject,
    tenantId: actor.tenantId ?? owner ?? null,
    detail: { status: answer.status, asked: withoutSecrets(asked.parse(body)) },
  };
}
