import type { JsonObject } from '../platform/json.js';

/** How a webhook's messages are written. Both are signed in the same way. */
export const webhookFormats = ['standard', 'cloudevents'] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** What there is to tell. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly tenantId: string | null;
  readonly operationId: string | null;
  readonly data: JsonObject;
}

/** `application/json`, or CloudEvents' structured mode. */
export const contentTypes: Readonly<Record<WebhookFormat, string>> = {
  standard: 'application/json',
  cloudevents: 'application/cloudevents+json; charset=utf-8',
};

/** @param source where the event comes from: with its id it is unique in the world of a receiver */
export function messageOf(event: ToldEvent, format: WebhookFormat, source: string): JsonObject {
  return format === 'cloudevents' ? cloudEvent(event, source) : standardMessage(event);
}

/** The payload that Standard Webhooks recommends. */
function standardMessage({ id, type, at, tenantId, operationId, data }: ToldEvent): JsonObject {
  return { id, type, timestamp: at.toISOString(), tenantId, operationId, data };
}

/** CloudEvents 1.0.2, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
function cloudEvent({ id, type, at, tenantId, operationId, data }: ToldEvent, source: string): JsonObject {
  return {
    specversion: '1.0',
    id,
    source,
    // Its version is that of the form of its data.
    type: `com.leasehold.${type}.v1`,
    time: at.toISOString(),
    ...(tenantId === null ? {} : { subject: tenantId }),
    ...(operationId === null ? {} : { operationid: operationId }),
    datacontenttype: 'application/json',
    data,
  };
}
