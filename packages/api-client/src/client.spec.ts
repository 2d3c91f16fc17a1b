import { describe, expect, it } from 'vitest';
import { ApiError, UnreachableError } from './api-error.js';
import { createApiClient, expectDone, unwrap } from './client.js';

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  createApiClient({
    baseUrl: 'http://api.test',
    apiKey: 'lh_secret',
    fetch: (request) => {
      seen = request;
      return Promise.resolve(
        new Response(body === undefined ? null : JSON.stringify(body), {
          status,
          headers: { 'content-type': 'application/json', ...headers },
        }),
      );
    },
  });
let seen: Request | undefined;

describe('the client', () => {
  it('sends the key and gives the content', async () => {
    const page = await unwrap(answering(200, { items: [], nextCursor: null }).GET('/v1/tenants'));
    expect(page.items).toEqual([]);
    expect(seen?.headers.get('authorization')).toBe('Bearer lh_secret');
  });

  it('gives a refusal as an error with its code, fields, request id and time to wait', async () => {
    const problem = {
      type: 'urn:leasehold:problem:rate_limited',
      title: 'Too many requests',
      status: 429,
      code: 'rate_limited',
      detail: 'Too many requests.',
      requestId: 'req_1',
      errors: [{ pointer: '/slug', message: 'is taken' }],
    };
    const call = unwrap(answering(429, problem, { 'retry-after': '7' }).GET('/v1/tenants'));
    await expect(call).rejects.toBeInstanceOf(ApiError);
    await expect(call).rejects.toMatchObject({
      status: 429,
      message: 'Too many requests.',
      problem,
      retryAfter: 7,
    });
  });

  it('says what it can of an answer that is no problem document', async () => {
    const call = unwrap(answering(502, '<html>', { 'x-request-id': 'req_2' }).GET('/v1/tenants'));
    await expect(call).rejects.toMatchObject({
      status: 502,
      problem: { code: 'unknown', requestId: 'req_2' },
    });
  });

  it('takes an answer without content as done', async () => {
    const call = answering(204, undefined).DELETE('/v1/api-keys/{id}', { params: { path: { id: 'key_1' } } });
    await expect(expectDone(call)).resolves.toBeUndefined();
  });

  it('says that nothing answers', async () => {
    const client = createApiClient({
      baseUrl: 'http://api.test',
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
    await expect(unwrap(client.GET('/v1/tenants'))).rejects.toBeInstanceOf(UnreachableError);
  });
});
