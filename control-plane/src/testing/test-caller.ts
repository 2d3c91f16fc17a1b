import { z } from 'zod';

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const object = z.record(z.string(), z.unknown());

/** The objects in one field of an answer's body, which is `items` in lists. */
export function itemsOf({ body }: Answered, field = 'items'): Record<string, unknown>[] {
  return z.array(object).parse(body[field]);
}

/** One caller of the API, with its key. */
export class TestCaller {
  constructor(
    private readonly url: string,
    readonly key: string | undefined,
  ) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send('GET', path, { headers });
  }

  async post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send('POST', path, json(body, headers));
  }

  async postText(path: string, type: string, body: string): Promise<Answered> {
    return this.send('POST', path, { headers: { 'content-type': type }, body });
  }

  async put(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send('PUT', path, json(body, headers));
  }

  async delete(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send('DELETE', path, { headers });
  }

  /** Sends anything, also what no client should. */
  async send(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> },
  ): Promise<Answered> {
    const answer = await this.fetch(method, path, init);
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? object.parse(JSON.parse(text)) : { text },
    };
  }

  fetch(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer>; signal?: AbortSignal },
  ): Promise<Response> {
    const authorization = this.key === undefined ? {} : { authorization: `Bearer ${this.key}` };
    return fetch(new URL(path, this.url), {
      ...init,
      method,
      headers: { ...authorization, ...init.headers },
    });
  }
}

function json(
  body: unknown,
  headers: Record<string, string>,
): { headers: Record<string, string>; body?: string } {
  if (body === undefined) return { headers };
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
