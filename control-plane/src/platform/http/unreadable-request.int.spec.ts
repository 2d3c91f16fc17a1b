import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../../testing/api-under-test.js';
import { maxHeaderBytes } from './unreadable-request.js';

let database: TestDatabase;
let api: ApiUnderTest;
beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** Sends these very bytes. @returns everything that comes back until the connection ends */
async function send(bytes: string): Promise<{ head: string; body: unknown }> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
}

describe('a request that cannot be read', () => {
  test.each([
    ['is no HTTP', 'HELLO\r\n\r\n', 400, 'malformed_request'],
    [
      'has headers without end',
      `GET /v1/tenants HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(maxHeaderBytes)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('that %s is refused in the form of every refusal', async (_what, bytes, status, code) => {
    const { head, body } = await send(bytes);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json');
    expect(body).toMatchObject({ status, code, type: `urn:leasehold:problem:${code}` });
  });

  test('is none while a list gets all that its parameters may hold', async () => {
    const filter = `displayName = "${'\u{1F600}'.repeat(900)}"`;
    const query = new URLSearchParams({ filter, cursor: '\u{1F600}'.repeat(900) });
    expect(await api.admin.get(`/v1/tenants?${query.toString()}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });
});
