import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { ensureCheckers } from '@leasehold/toolchain';
import { apiDocument, apiRoutes } from '../app.module.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { seedCatalog } from '../testing/seeded-catalog.js';

/** Any status below 500 that a route declares, with the type, headers and body that it declares for it. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'missing_required_header',
].join(',');
/** A program that is not ready, and a cell that is not connected, say so. */
const config = `[checks]
not_a_server_error.enabled = true
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 431]
missing_required_header.expected-statuses = [400, 401, 403, 404, 415, 428]
`;
/** A stream has no end to wait for; `operations.http.int.spec.ts` and its neighbours read them. */
const streams = apiRoutes()
  .filter(({ spec }) => spec.responses[200]?.contentType === 'text/event-stream')
  .map(({ spec }) => spec.operationId);

let database: TestDatabase;
let api: ApiUnderTest;
let folder: string;
let schemathesis: string;
const keys = new Map<string, string>();

beforeAll(async () => {
  ({ schemathesis } = await ensureCheckers());
  folder = await mkdtemp(join(tmpdir(), 'lh-schemathesis-'));
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(apiDocument()));
  await writeFile(join(folder, 'schemathesis.toml'), config);
  database = await testDatabase();
  // Nothing listens there: the twin's routes work over its inventory alone.
  const ports = { LEASEHOLD_OBJECT_STORE_PORT: '9', LEASEHOLD_GATEWAY_ADMIN_PORT: '9' };
  api = await startApi(database, undefined, ports);
  await seedCatalog(api.admin, database.ownerUrl);
  const acme = { slug: 'acme', displayName: 'Acme', template: 'counter' };
  const { body } = await api.admin.post('/v1/tenants', acme);
  for (const [role, tenantId] of [
    ['admin', undefined],
    ['tenant-admin', String(body['tenantId'])],
  ] as const) {
    const rateLimit = { quota: 100_000, windowSeconds: 1 };
    const made = await api.admin.post('/v1/api-keys', { name: role, role, tenantId, rateLimit });
    keys.set(role, z.string().parse(made.body['key']));
  }
});
afterAll(async () => {
  await api.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs schemathesis to its end. @returns its exit code, and what it wrote when that is not 0 */
function judge(key: string, phases: string, requestsEach: number): Promise<{ code: number; output: string }> {
  const args = [
    ...['run', join(folder, 'openapi.json'), '--url', api.url, '--header', `Authorization: Bearer ${key}`],
    ...['--checks', checks, '--phases', phases, '--max-examples', String(requestsEach), '--no-shrink'],
    ...['--continue-on-failure', '--generation-database', 'none', '--no-color', '--workers', '2'],
    ...['--warnings', 'off', '--request-timeout', '20', '--suppress-health-check', 'all'],
    ...streams.flatMap((id) => ['--exclude-operation-id', id]),
  ];
  return new Promise((resolve) => {
    execFile(schemathesis, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: error ? stdout + stderr : '' });
    });
  });
}

describe('schemathesis finds nothing that the document does not say', () => {
  /** `coverage` is about forty requests to a route whatever is asked for; once is enough. */
  test.each([
    ['admin', 'examples,coverage,fuzzing', 6],
    ['tenant-admin', 'examples,fuzzing', 12],
  ] as const)('with the key of a role %s', async (role, phases, requestsEach) => {
    const factor = Number(process.env['LEASEHOLD_TEST_SCHEMATHESIS_FACTOR'] ?? 1);
    const found = await judge(z.string().parse(keys.get(role)), phases, requestsEach * factor);
    expect(found).toEqual({ code: 0, output: '' });
  });
});
