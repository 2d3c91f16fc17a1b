import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** The object store refused; `status` is its HTTP status, 0 when it did not answer. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface ObjectFacts {
  contentType: string;
  cacheControl: string;
}

const listPage = z.object({
  items: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});
const timeoutMs = 30_000;

/** Cloud Storage's JSON API, as far as the control plane needs it. */
export class ObjectStoreClient {
  constructor(
    private readonly url: string,
    private readonly token: () => Promise<string>,
  ) {}

  async put(
    bucket: string,
    name: string,
    body: Buffer,
    { contentType, cacheControl }: ObjectFacts,
  ): Promise<void> {
    const boundary = randomUUID();
    const metadata = JSON.stringify({ name, contentType, cacheControl });
    const parts = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${metadata}\r\n`),
      Buffer.from(`--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`),
      body,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = { 'content-type': `multipart/related; boundary=${boundary}` };
    await this.call(`/upload${objectsOf(bucket)}?uploadType=multipart`, {
      method: 'POST',
      headers,
      body: parts,
    });
  }

  /** An object's bytes; undefined when there is none of that name. */
  async get(bucket: string, name: string): Promise<Buffer | undefined> {
    const answer = await this.call(`${objectsOf(bucket)}/${encodeURIComponent(name)}?alt=media`, {}, [404]);
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  }

  async list(bucket: string, prefix: string): Promise<string[]> {
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const query = new URLSearchParams({ prefix, ...(pageToken === undefined ? {} : { pageToken }) });
      const answer = await this.call(`${objectsOf(bucket)}?${query.toString()}`, {});
      const page = listPage.parse(await answer.json());
      names.push(...page.items.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return names;
  }

  async removeAll(bucket: string, prefix: string): Promise<number> {
    let removed = 0;
    for (const name of await this.list(bucket, prefix)) {
      const path = `${objectsOf(bucket)}/${encodeURIComponent(name)}`;
      // Another deletion of the same prefix may have been there first.
      const answer = await this.call(path, { method: 'DELETE' }, [404]);
      if (answer.ok) removed += 1;
    }
    return removed;
  }

  private async call(
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: Buffer<ArrayBuffer> },
    expected: readonly number[] = [],
  ): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${await this.token()}` };
    let answer: Response;
    try {
      answer = await fetch(new URL(path, this.url), {
        ...init,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new ObjectStoreError(0, `the object store at ${this.url} did not answer`, { cause });
    }
    if (answer.ok || expected.includes(answer.status)) return answer;
    const text = (await answer.text()).slice(0, 300);
    throw new ObjectStoreError(answer.status, `the object store answered ${answer.status}: ${text}`);
  }
}

const objectsOf = (bucket: string): string => `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
