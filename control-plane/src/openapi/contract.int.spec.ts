import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { apiDocument } from '../app.module.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { schemaArbitrary, spoiled } from '../testing/schema-arbitrary.js';
import { seedCatalog } from '../testing/seeded-catalog.js';

/** How many requests each route gets; the bench of schemathesis sends more. */
const requestsEach = Number(process.env['LEASEHOLD_TEST_CONTRACT_RUNS'] ?? 25);

const media = z.record(
  z.string(),
  z.looseObject({ schema: z.looseObject({}), example: z.unknown().optional() }),
);
const answerForm = z.looseObject({ $ref: z.string().optional(), content: media.optional() });
const operationForm = z.looseObject({
  operationId: z.string(),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.looseObject({}) }),
  ),
  requestBody: z.looseObject({ content: media }).optional(),
  responses: z.record(z.string(), answerForm),
});
const document = z
  .looseObject({
    paths: z.record(z.string(), z.record(z.string(), operationForm)),
    components: z.looseObject({
      schemas: z.record(z.string(), z.unknown()),
      responses: z.record(z.string(), answerForm),
    }),
  })
  .parse(apiDocument());
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);
type Described = (typeof operations)[number];

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema({ $id: 'api:/document', components: document.components });
const compiled = new Map<string, ValidateFunction>();

let database: TestDatabase;
let api: ApiUnderTest;
let known: string[];

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const { body } = await api.admin.post('/v1/tenants', {
    slug: 'acme',
    displayName: 'Acme',
    template: 'counter',
  });
  const key = await api.admin.post('/v1/api-keys', { name: 'k', role: 'viewer' });
  known = [
    'acme',
    'counter',
    'free',
    'local',
    '1.0.0',
    String(body['id']),
    String(body['tenantId']),
    String(key.body['id']),
  ];
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

function resolve(ref: string): unknown {
  return document.components.schemas[ref.replace('#/components/schemas/', '')];
}

interface Sent {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

function requestArbitrary({ path, operation }: Described): fc.Arbitrary<Sent> {
  const id = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }));
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const one = (schema: unknown): fc.Arbitrary<string> =>
    fc
      .oneof(
        { weight: 3, arbitrary: schemaArbitrary(schema, resolve) },
        fc.string({ unit: 'binary', maxLength: 20 }),
      )
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const values = fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, one(schema)])), {
    requiredKeys: query.filter(({ required }) => required).map(({ name }) => name),
  });
  const json = operation.requestBody?.content['application/json'];
  const body = json
    ? fc.oneof(
        schemaArbitrary(json.schema, resolve),
        fc.constant(json.example),
        spoiled(fc.constant(json.example)),
        spoiled(schemaArbitrary(json.schema, resolve)),
      )
    : fc.constant(undefined);
  const ifMatch = fc.constantFrom('"1"', '*', '"x"', 'W/"1"', '');
  return fc
    .tuple(fc.array(id, { minLength: 3, maxLength: 3 }), values, body, ifMatch)
    .map(([ids, given, content, tag]) => {
      const left = [...ids];
      const filled = path.replaceAll(/\{\w+\}/g, () =>
        encodeURIComponent((left.shift() ?? 'x').toWellFormed()),
      );
      const search = new URLSearchParams(
        Object.entries(given).map(([name, value]): [string, string] => [name, value.toWellFormed()]),
      ).toString();
      return {
        url: filled + (search === '' ? '' : `?${search}`),
        headers: { 'if-match': tag, ...(content !== undefined && { 'content-type': 'application/json' }) },
        ...(content !== undefined && { body: JSON.stringify(content) }),
      };
    });
}

/** What is wrong with an answer by the document; empty when nothing is. */
async function faults({ method, operation }: Described, sent: Sent): Promise<string[]> {
  const gone = AbortSignal.timeout(10_000);
  const answer = await api.admin.fetch(method, sent.url, { ...sent, signal: gone });
  // A path that names no route of the document, such as one with an empty segment or a dot, is another route's or none.
  const described = operation.responses[String(answer.status)];
  const type = answer.headers.get('content-type') ?? '';
  if (!/json/.test(type)) {
    await answer.body?.cancel();
    return described || answer.status === 405 ? [] : [`${answer.status} is not documented`];
  }
  const text = await answer.text();
  if (answer.status >= 500 && answer.status !== 503) return [`${answer.status} ${text}`];
  if (!described) return [`${answer.status} is not documented: ${text}`];
  const content =
    described.$ref === undefined ? described.content : document.components.responses['Problem']?.content;
  const schema = content?.[type.split(';', 1)[0] ?? '']?.schema;
  return schema ? misfits(schema, JSON.parse(text)) : [];
}

function misfits(schema: object, value: unknown): string[] {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api:/document#/components/');
  const validate = compiled.get(text) ?? ajv.compile(z.looseObject({}).parse(JSON.parse(text)));
  compiled.set(text, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${String(message)}`);
}

describe('what the document promises', () => {
  test.each(operations.map((described) => [`${described.method} ${described.path}`, described] as const))(
    '%s keeps, whatever it is sent',
    async (_name, described) => {
      await fc.assert(
        fc.asyncProperty(requestArbitrary(described), async (sent) => {
          expect({ sent, faults: await faults(described, sent) }).toEqual({ sent, faults: [] });
        }),
        { numRuns: requestsEach, endOnFailure: true },
      );
    },
  );
});
