import fc from 'fast-check';
import { z } from 'zod';

const schemaForm = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});
type Schema = z.infer<typeof schemaForm>;

/** Texts that have broken servers before. */
const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  '%00',
  '../..',
  "'; drop table x; --",
  '${7*7}',
  '\u202e',
  'ü',
  '𝒳',
  'null',
  '-1',
  '1e999',
  'a'.repeat(300),
);

/** Values that fit a JSON Schema, mostly: patterns and formats are met where they can be generated. */
export function schemaArbitrary(
  schema: unknown,
  resolve: (ref: string) => unknown,
  depth = 0,
): fc.Arbitrary<unknown> {
  const form = schemaForm.parse(schema);
  if (form.$ref !== undefined) return schemaArbitrary(resolve(form.$ref), resolve, depth);
  if (form.const !== undefined) return fc.constant(form.const);
  if (form.enum) return fc.constantFrom(...form.enum);
  const alternatives = form.anyOf ?? form.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map((part) => schemaArbitrary(part, resolve, depth)));
  switch ([form.type].flat()[0]) {
    case 'object':
      return objectArbitrary(form, resolve, depth);
    case 'array':
      return fc.array(
        form.items === undefined ? fc.jsonValue() : schemaArbitrary(form.items, resolve, depth + 1),
        {
          minLength: form.minItems ?? 0,
          maxLength: Math.min(form.maxItems ?? 3, 3),
        },
      );
    case 'integer':
      return fc.integer({ min: clamp(form.minimum ?? -1000), max: clamp(form.maximum ?? 100_000) });
    case 'number':
      return fc.double({ min: form.minimum ?? -1e9, max: form.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textArbitrary(form);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** The same value with something wrong in it, or something else altogether. */
export function spoiled(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(nasty, fc.jsonValue({ maxDepth: 2 }), fc.constant(null));
  return fc.tuple(value, wrong, fc.nat()).map(([given, other, at]) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return other;
    const names = Object.keys(given);
    const name = names[at % Math.max(1, names.length)] ?? 'more';
    return { ...given, [name]: other };
  });
}

function objectArbitrary(
  form: Schema,
  resolve: (ref: string) => unknown,
  depth: number,
): fc.Arbitrary<unknown> {
  const properties = Object.entries(form.properties ?? {});
  if (properties.length === 0) {
    const value = typeof form.additionalProperties === 'object' ? form.additionalProperties : {};
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), schemaArbitrary(value, resolve, depth + 1), {
      maxKeys: 3,
    });
  }
  const model = Object.fromEntries(
    properties.map(([name, value]) => [name, schemaArbitrary(value, resolve, depth + 1)]),
  );
  return fc.record(model, { requiredKeys: form.required ?? [] });
}

function textArbitrary({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date-time') {
    const from = new Date('2020-01-01T00:00:00Z');
    return fc
      .date({ min: from, max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === 'email') return fc.constantFrom('a@acme.example', 'b.c@globex.example');
  if (format === 'uri') return fc.webUrl();
  if (pattern !== undefined) return patternArbitrary(pattern);
  return fc.oneof(fc.string({ minLength, maxLength: Math.min(maxLength, 60) }), nasty);
}

function patternArbitrary(pattern: string): fc.Arbitrary<unknown> {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    // A lookahead, which cannot be generated from: any text, which the API then refuses.
    return fc.string();
  }
}

function clamp(value: number): number {
  return Math.max(-2_147_483_648, Math.min(2_147_483_647, value));
}
