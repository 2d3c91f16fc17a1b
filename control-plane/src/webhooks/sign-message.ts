import { Webhook } from 'standardwebhooks';

export interface Unsigned {
  readonly id: string;
  readonly body: string;
  readonly contentType: string;
  /** The trace that it belongs to (https://www.w3.org/TR/trace-context/). */
  readonly traceparent?: string | undefined;
}

/**
 * The headers of a message by Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), with one signature for each
 * secret that is valid now.
 */
export function signedHeaders(
  { id, body, contentType, traceparent }: Unsigned,
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  return {
    'content-type': contentType,
    'user-agent': 'leasehold-webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
    ...(traceparent !== undefined && { traceparent }),
  };
}
