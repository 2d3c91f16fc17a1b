import { z } from 'zod';
import { exampleValues } from './example-values.js';

const schemaForm = z.looseObject({
  $ref: z.string().optional(),
  type: z
    .union([z.string(), z.array(z.string())])
    .transform((type) => [type].flat()[0])
    .optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  minItems: z.number().optional(),
});
type Schema = z.infer<typeof schemaForm>;

/** By format (https://json-schema.org/draft/2020-12/json-schema-validation#section-7). */
const byFormat: Readonly<Record<string, unknown>> = {
  'date-time': '2026-05-04T09:30:00.000Z',
  date: '2026-05-04',
  email: 'ops@acme.example',
  uri: 'https://acme.example/hook',
  uuid: '018f7d2e-5c3a-7b1d-9e4f-2a6c8d0b1e3f',
};

/**
 * An example of a JSON Schema: its own (`examples`), or one put together from its parts. What cannot be guessed, such as a
 * text with a pattern, needs an example of its own: a test checks each one against its schema.
 * @param resolve the schema that a `$ref` means
 */
export function exampleOf(schema: unknown, resolve: (ref: string) => unknown, name = ''): unknown {
  const form = schemaForm.parse(schema);
  if (form.examples?.[0] !== undefined) return form.examples[0];
  if (form.$ref !== undefined) return exampleOf(resolve(form.$ref), resolve, name);
  if (form.const !== undefined) return form.const;
  if (form.enum) return form.enum[0];
  if (Object.hasOwn(exampleValues, name) && hasType(exampleValues[name], form)) return exampleValues[name];
  const alternatives = form.anyOf ?? form.oneOf;
  if (alternatives) return exampleOf(alternatives[0], resolve, name);
  if (form.allOf) {
    return Object.assign({}, ...form.allOf.map((part) => exampleOf(part, resolve, name))) as unknown;
  }
  return byType(form, resolve, name);
}

function byType(form: Schema, resolve: (ref: string) => unknown, name: string): unknown {
  switch (form.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(form.properties ?? {}).map(([key, value]) => [key, exampleOf(value, resolve, key)]),
      );
    case 'array':
      return form.items === undefined ? [] : [exampleOf(form.items, resolve, singular(name))];
    case 'integer':
    case 'number':
      return form.default ?? Math.min(Math.max(form.minimum ?? 1, 1), form.maximum ?? 1);
    case 'boolean':
      return form.default ?? false;
    case 'null':
      return null;
    case 'string':
      return form.default ?? byFormat[form.format ?? ''] ?? 'example';
    case undefined:
    default:
      return {};
  }
}

function hasType(value: unknown, { type, anyOf, oneOf }: Schema): boolean {
  if (type === undefined) {
    const parts = (anyOf ?? oneOf ?? []).map((part) => schemaForm.parse(part));
    return parts.some((part) => hasType(value, part));
  }
  if (value === null) return type === 'null';
  if (Array.isArray(value)) return type === 'array';
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function singular(name: string): string {
  return name.endsWith('s') ? name.slice(0, -1) : name;
}
