import { z } from 'zod';

/** What is read of a JSON Schema of the OpenAPI document. */
export interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  format?: string | undefined;
  minimum?: number | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  items?: Schema | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
}

export const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);

/** A small document of a schema: the required fields alone, one item a list, the first of a choice. */
export function sample(of: Schema, components: Record<string, Schema>): unknown {
  if (of.$ref !== undefined) {
    const target = components[of.$ref.slice(of.$ref.lastIndexOf('/') + 1)];
    if (target === undefined) throw new Error(`${of.$ref} is not in the document.`);
    return sample(target, components);
  }
  if (of.const !== undefined) return of.const;
  if (of.enum !== undefined) return of.enum[0];
  const choice = of.anyOf?.[0] ?? of.oneOf?.[0];
  if (choice !== undefined) return sample(choice, components);
  return sampleOfType(of, components);
}

function sampleOfType(of: Schema, components: Record<string, Schema>): unknown {
  // What may be null is: the cursor of a next page would lead to the same page for ever.
  const type = Array.isArray(of.type) ? (of.type.includes('null') ? 'null' : of.type[0]) : of.type;
  if (type === 'object')
    return Object.fromEntries(
      (of.required ?? []).map((name) => [name, sample(of.properties?.[name] ?? {}, components)]),
    );
  if (type === 'array') return of.items === undefined ? [] : [sample(of.items, components)];
  if (type === 'integer' || type === 'number') return Math.max(of.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return of.format === 'date-time' ? '2026-01-01T00:00:00.000Z' : 'sample';
}
