import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { dropped, unavailable, type Reply, type TenantRequest } from '@leasehold/tenant-kit';

type AsyncHandler = (request: TenantRequest) => Promise<Reply>;

/** What becomes of a request whose rows cannot be had, or whose outcome cannot be known: then no answer would be true. */
export function answered(handler: AsyncHandler): AsyncHandler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      return answerOf(error);
    }
  };
}

/** @throws the error when it is none that a client is told of. */
export function answerOf(error: unknown): Reply {
  if (error instanceof OutcomeUnknownError) return dropped();
  if (error instanceof DataUnavailableError) return unavailable(error.message, error.retryAfterSeconds);
  throw error;
}

/** 4xx as the clients of the interface know it. */
export function refusal(status: number, error: string): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) };
}

/** JSON with numbers of 64 bits written exactly. */
export function exactJson(content: unknown): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: textOf(content),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'bigint') return String(content);
  if (Array.isArray(content)) return `[${content.map(textOf).join(',')}]`;
  if (typeof content === 'object' && content !== null) {
    const members = Object.entries(content).map(
      ([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`,
    );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(content);
}
