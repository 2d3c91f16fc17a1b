import { z, type ZodType } from 'zod';
import { exampleOf } from './example.js';

const jsonSchema = z.looseObject({
  $defs: z.record(z.string(), z.looseObject({})).optional(),
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })).optional(),
  required: z.array(z.string()).optional(),
});
export type JsonSchema = z.infer<typeof jsonSchema>;

type Side = 'input' | 'output';

/** Turns zod schemas into JSON Schema (draft 2020-12, as OpenAPI 3.1 has it); those with an id become named components. */
export class SchemaComponents {
  readonly #named = new Map<string, JsonSchema>();

  /** The schema, or a reference to it when it has a name; the named ones inside it become components too. */
  schema(schema: ZodType, side: Side): JsonSchema {
    const whole = toJsonSchema(schema, side);
    for (const [id, definition] of Object.entries(whole.$defs ?? {}))
      this.#add(id, relocated(without(definition, 'id')));
    return relocated(without(whole, '$schema', '$defs', 'id'));
  }

  /** The schema with an example of it, as a media type of the document has them. */
  media(schema: ZodType, side: Side): { schema: JsonSchema; example: unknown } {
    const whole = this.schema(schema, side);
    const resolve = (ref: string): unknown => this.#named.get(ref.replace('#/components/schemas/', ''));
    return { schema: whole, example: exampleOf(whole, resolve) };
  }

  /** By name, in order. */
  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(id: string, schema: JsonSchema): void {
    const known = this.#named.get(id);
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two different schemas are called ${id}; a name is for one.`);
    }
    this.#named.set(id, schema);
  }
}

function toJsonSchema(schema: ZodType, side: Side): JsonSchema {
  return jsonSchema.parse(
    z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: side,
      unrepresentable: 'any',
      // A client must bear fields that a later version adds to an answer.
      override: ({ jsonSchema: made }) => {
        if (side === 'output' && made.additionalProperties === false) delete made.additionalProperties;
      },
    }),
  );
}

function without(schema: object, ...keywords: readonly string[]): JsonSchema {
  return jsonSchema.parse(
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword))),
  );
}

/** zod refers to definitions inside the schema; in the document they are components. */
function relocated(schema: JsonSchema): JsonSchema {
  return jsonSchema.parse(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')),
  );
}
