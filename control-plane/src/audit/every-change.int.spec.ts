import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { apiDocument } from '../app.module.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { changingRequests, World } from './testing/changing-requests.js';

const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});
/** Every route of the OpenAPI document that is no reading. */
const changing = Object.values(document.parse(apiDocument()).paths).flatMap((methods) =>
  Object.entries(methods)
    .filter(([method]) => method !== 'get' && method !== 'head')
    .map(([method, { operationId }]) => ({ method: method.toUpperCase(), operationId })),
);

let database: TestDatabase;
let api: ApiUnderTest;
let world: World;

beforeAll(async () => {
  database = await testDatabase();
  // Ports at which nobody is: enough to ask the twin for what is in the database.
  const ports = { LEASEHOLD_OBJECT_STORE_PORT: '9', LEASEHOLD_GATEWAY_ADMIN_PORT: '9' };
  api = await startApi(database, undefined, ports);
  await seedCatalog(api.admin, database.ownerUrl);
  world = new World(api, database.ownerUrl);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('every route that changes something leaves an audit event', () => {
  test.each(changing)('$operationId', async ({ method, operationId }) => {
    const recipe = changingRequests[operationId];
    if (!recipe) throw new Error(`Say in testing/changing-requests.ts how ${operationId} is called.`);
    const { path, body, contentType = 'application/json' } = await recipe(world);
    const requestId = `audit-${operationId}`;
    const answer = await api.admin.send(method, path, {
      headers: {
        'x-request-id': requestId,
        'if-match': '*',
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && {
        body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
      }),
    });
    expect({ operationId, status: answer.status, code: answer.body['code'] }).toMatchObject({
      code: undefined,
    });
    const found = await execute(
      database.ownerUrl,
      'select actor, role, address, route, action, subject from leasehold.audit_events where request_id = $1',
      [requestId],
    );
    expect(found.length).toBeGreaterThan(0);
    for (const entry of found) {
      expect(entry).toMatchObject({
        actor: expect.stringMatching(/^key:key_/) as string,
        role: 'admin',
        address: '127.0.0.1',
        route: expect.stringMatching(new RegExp(`^${method} /v1/`)) as string,
        action: expect.stringMatching(/./) as string,
        subject: expect.stringMatching(/./) as string,
      });
    }
  });
});
