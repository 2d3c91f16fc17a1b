import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { thing } from './testing/journal-entries.js';

let db: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  db = await testDatabase();
  api = await startApi(db);
});

afterAll(async () => {
  await api.stop();
  await db.drop();
});

async function ask(path: string, key: string | undefined, body?: unknown) {
  const answer = await fetch(`${api.url}/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `token ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json: unknown = text ? JSON.parse(text) : undefined;
  return { status: answer.status, json };
}

async function keyOf(role: string): Promise<string> {
  const { body } = await api.admin.post('/v1/api-keys', { name: role, role });
  return String(body['key']);
}

test('an API key of the product is what the Pulumi CLI logs in with', async () => {
  expect(await ask('/user', await keyOf('operator'))).toMatchObject({
    status: 200,
    json: { organizations: [{ githubLogin: 'leasehold' }] },
  });
  expect(await ask('/user', undefined)).toMatchObject({ status: 401, json: { code: 401 } });
  expect(await ask('/user', 'lh_wrong')).toMatchObject({ status: 401, json: { code: 401 } });
});

test('an operator makes a stack with a state of some megabytes, which the API itself would not take', async () => {
  const value = 'x'.repeat(3 * 1024 * 1024);
  const state = {
    version: 3,
    deployment: { manifest: {}, resources: [thing('big', { outputs: { value } })] },
  };
  const key = await keyOf('operator');
  expect((await ask('/stacks/leasehold/own', key, { stackName: 'big', state })).status).toBe(200);
  const exported = await ask('/stacks/leasehold/own/big/export', await keyOf('viewer'));
  expect(exported).toMatchObject({ status: 200, json: { deployment: { resources: [{ id: 'big' }] } } });
});

test.each(['viewer', 'ci'])('a key of the role %s reads stacks and changes none', async (role) => {
  const key = await keyOf(role);
  await ask('/stacks/leasehold/own', await keyOf('admin'), { stackName: role });
  expect((await ask(`/stacks/leasehold/own/${role}`, key)).status).toBe(200);
  expect((await ask('/stacks/leasehold/own', key, { stackName: 'other' })).status).toBe(403);
  for (const path of ['encrypt', 'batch-decrypt', 'update', 'import']) {
    expect((await ask(`/stacks/leasehold/own/${role}/${path}`, key, {})).status, path).toBe(403);
  }
});

test('what the service does not have is answered in Pulumi’s own form', async () => {
  expect(await ask('/orgs/leasehold/members', await keyOf('admin'))).toMatchObject({
    status: 404,
    json: { code: 404 },
  });
});
