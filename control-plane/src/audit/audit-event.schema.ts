import { z } from 'zod';
import { asTime } from '../platform/lists/list-fields.js';
import { auditList } from './audit-list.js';

export const auditEventSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.string().describe('key:<id> of the API key, or system:<part> for the product itself.'),
    role: z.string(),
    actorTenantId: z.string().nullable().describe('Set for the keys of a client.'),
    address: z.string().nullable().describe('Where the request came from.'),
    action: z.string(),
    subject: z.string(),
    tenantId: z.string().nullable(),
    requestId: z.string(),
    route: z.string().nullable(),
    changes: z
      .record(z.string(), z.object({ before: z.unknown(), after: z.unknown() }))
      .describe('The fields of the spec that differ; secrets are cut out.'),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' });

const time = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time' })
  .refine((text) => asTime(text) !== undefined, { error: 'must be a time from the year 1000 on' });

export const auditQuery = auditList.query().extend({
  tenantId: z.string().max(64).optional(),
  actor: z.string().max(128).optional(),
  subject: z.string().max(256).optional(),
  action: z.string().max(128).optional().describe('Such as tenant.create, or tenant.* for all of a kind.'),
  since: time.optional().describe('At this time or later.'),
  until: time.optional().describe('Before this time.'),
});
