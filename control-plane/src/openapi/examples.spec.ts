import 'reflect-metadata';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apiDocument } from '../app.module.js';

const media = z.record(
  z.string(),
  z.looseObject({ schema: z.looseObject({}), example: z.unknown().optional() }),
);
const operation = z.looseObject({
  operationId: z.string(),
  requestBody: z.looseObject({ content: media }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: media.optional() })),
});
const document = z
  .looseObject({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(apiDocument());

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api:/document', components: document.components });

/** References of the document are of the whole of it. */
function judge(schema: object, example: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api:/document#/components/');
  const validate = ajv.compile(z.looseObject({}).parse(JSON.parse(text)));
  return validate(example)
    ? []
    : { errors: validate.errors?.map(({ instancePath, message }) => `${instancePath} ${String(message)}`) };
}

const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

describe.each(operations.map((found) => [found.operationId, found] as const))(
  '%s',
  (_name, { requestBody, responses }) => {
    test('has an example of its body and of each answer in JSON, and each fits its schema', () => {
      const all = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      for (const content of all) {
        const json = content?.['application/json'];
        if (!json?.schema['$ref'] && json?.schema['type'] === 'string') continue;
        if (json) expect(judge(json.schema, json.example)).toEqual([]);
      }
    });
  },
);
