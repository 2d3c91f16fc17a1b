import { z } from 'zod';
import { eventTypesSchema } from '../events/event-types.js';
import { webhookFormats } from './message.js';

const url = z.string().max(2_000);
const format = z
  .enum(webhookFormats)
  .describe('standard: JSON as Standard Webhooks recommends; cloudevents: CloudEvents 1.0, structured.');
const description = z.string().trim().max(200);

export const newWebhookBody = z
  .strictObject({
    url: url.describe('https; http only to this machine, in development. No private addresses.'),
    description: description.default(''),
    types: eventTypesSchema
      .default(['tenant.*', 'operation.state', 'branding.*', 'webhook.*'])
      .describe('Types of events: tenant.state, tenant.* or *.'),
    format: format.default('standard'),
    tenantId: z
      .string()
      .max(64)
      .optional()
      .describe("Only this tenant's events. A client's key always gets its own tenant's."),
  })
  .meta({ id: 'NewWebhook' });
export type NewWebhookBody = z.infer<typeof newWebhookBody>;

export const webhookPatch = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    types: eventTypesSchema.optional(),
    format: format.optional().describe('Of messages that are made from now on.'),
    enabled: z.boolean().optional().describe('A webhook that is enabled again begins with new events.'),
  })
  .meta({ id: 'WebhookPatch' });
export type WebhookPatch = z.infer<typeof webhookPatch>;

const shape = {
  id: z.string(),
  tenantId: z.string().nullable(),
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()),
  format,
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  failingSince: z.iso.datetime().nullable(),
  lastSuccessAt: z.iso.datetime().nullable(),
  previousSecretUntil: z.iso.datetime().nullable().describe('Until then messages carry two signatures.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

export const webhookSchema = z.object(shape).meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof webhookSchema>;

export const webhookWithSecretSchema = z
  .object({
    ...shape,
    secret: z.string().nullable().describe('Shown once; null in the replay of an Idempotency-Key.'),
  })
  .meta({ id: 'WebhookWithSecret' });

export const deliverySchema = z
  .object({
    id: z.string(),
    webhookId: z.string(),
    messageId: z.string().describe('The webhook-id header: the same for every attempt and replay.'),
    type: z.string(),
    cause: z.enum(['event', 'test', 'replay']),
    state: z.enum(['pending', 'succeeded', 'failed', 'discarded']),
    attempts: z.int(),
    nextAttemptAt: z.iso.datetime().nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof deliverySchema>;
