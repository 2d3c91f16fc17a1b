import { z } from 'zod';

/** The data gateway did not do what it was asked; the message says what it answered. */
export class GatewayAdminError extends Error {
  override readonly name = 'GatewayAdminError';
}

/** Dropping the rows of a large client takes a while. */
const eraseTimeoutMs = 300_000;
const proveTimeoutMs = 60_000;

/** The part of the data gateway's admin surface that ends a client's data. */
export class GatewayAdminClient {
  constructor(
    private readonly url: string,
    private readonly token: () => Promise<string>,
  ) {}

  async erase(prefix: string): Promise<{ deleted: boolean }> {
    return z.object({ deleted: z.boolean() }).parse(await this.call('DELETE', prefix, eraseTimeoutMs));
  }

  async isEmpty(prefix: string): Promise<boolean> {
    return z.object({ empty: z.boolean() }).parse(await this.call('GET', prefix, proveTimeoutMs)).empty;
  }

  private async call(method: string, prefix: string, timeoutMs: number): Promise<unknown> {
    const url = new URL(`/admin/v1/prefixes/${encodeURIComponent(prefix)}`, this.url);
    const headers = { authorization: `Bearer ${await this.token()}` };
    let answer: Response;
    try {
      answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      throw new GatewayAdminError(`the data gateway at ${this.url} did not answer`, { cause });
    }
    const text = await answer.text();
    if (!answer.ok)
      throw new GatewayAdminError(`the data gateway answered ${answer.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}
