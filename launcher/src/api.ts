import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const step = z.object({ name: z.string(), state: z.string() });
const operation = z.object({
  id: z.string(),
  state: z.string(),
  progress: z.object({ done: z.number(), total: z.number() }).optional(),
  steps: z.array(step).default([]),
  error: z.object({ message: z.string() }).nullish(),
});
export type Operation = z.output<typeof operation>;

const tenant = z.object({ slug: z.string(), state: z.string(), url: z.string().nullish() });
export type Tenant = z.output<typeof tenant>;

interface ApiRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The few calls of the admin API that the launcher makes, with the key of the data directory. */
export class AdminApi {
  readonly #base: string;
  readonly #key: string;

  private constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  static async open(base: string, keyFile: string): Promise<AdminApi> {
    return new AdminApi(base, (await readFile(keyFile, 'utf8')).trim());
  }

  /** Asks for a tenant; a repeated request with the same key is the same request. */
  async createTenant(body: Readonly<Record<string, unknown>>, idempotencyKey: string): Promise<Operation> {
    const answer = await this.#send('/v1/tenants', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
    });
    return operation.parse(await answer.json());
  }

  async operation(id: string): Promise<Operation> {
    return operation.parse(await (await this.#send(`/v1/operations/${id}`)).json());
  }

  async tenant(slug: string): Promise<Tenant | undefined> {
    const answer = await this.#fetch(`/v1/tenants/${slug}`);
    return answer.ok ? tenant.parse(await answer.json()) : undefined;
  }

  async #send(path: string, init: ApiRequest = {}): Promise<Response> {
    const answer = await this.#fetch(path, init);
    if (answer.ok) return answer;
    throw new Error(`The API answered ${answer.status} to ${path}: ${(await answer.text()).slice(0, 500)}`);
  }

  #fetch(path: string, init: ApiRequest = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#key}`, ...init.headers };
    return fetch(new URL(path, this.#base), { ...init, headers, signal: AbortSignal.timeout(30_000) });
  }
}

/** Waits until the API says that all it needs is there. */
export async function waitUntilReady(base: string, deadlineMs: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  let said = 'nothing';
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(new URL('/readyz', base), {
        signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
      });
      if (answer.ok) return;
      said = `${answer.status} ${(await answer.text()).slice(0, 300)}`;
    } catch (error) {
      signal.throwIfAborted();
      said = error instanceof Error ? error.message : String(error);
    }
    await delay(100, undefined, { signal });
  }
  throw new Error(`The API was not ready after ${deadlineMs / 1000} s; ${base}/readyz said: ${said}`);
}
