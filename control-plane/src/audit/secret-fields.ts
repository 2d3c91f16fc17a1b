import { z, type ZodType } from 'zod';

const form = z.looseObject({
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  writeOnly: z.boolean().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
});
type Form = z.infer<typeof form>;

export const redacted = '[redacted]';
const known = new WeakMap<ZodType, Form>();

/**
 * The value with every field cut out that its schema marks as `writeOnly` (`.meta({ writeOnly: true })`), which the API's
 * document says of what goes in and never comes out: secrets
 * (https://json-schema.org/draft/2020-12/json-schema-validation#section-9.4).
 */
export function withoutSecretFields(schema: ZodType, value: unknown): unknown {
  const whole = known.get(schema) ?? formOf(schema);
  known.set(schema, whole);
  return cut(whole, value, whole.$defs ?? {});
}

function formOf(schema: ZodType): Form {
  return form.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

type Definitions = Readonly<Record<string, unknown>>;

function cut(node: unknown, value: unknown, definitions: Definitions): unknown {
  const { data: schema } = form.safeParse(node);
  if (!schema || value === undefined || value === null) return value;
  if (schema.writeOnly === true) return redacted;
  const target = schema.$ref === undefined ? undefined : definitions[schema.$ref.replace('#/$defs/', '')];
  const others = [target, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  // Which alternative a value is of does not matter: what one of them calls secret is.
  const own = inside(schema, value, definitions);
  return others.reduce<unknown>((left, other) => cut(other, left, definitions), own);
}

function inside(schema: Form, value: unknown, definitions: Definitions): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, at) => cut(schema.prefixItems?.[at] ?? schema.items, item, definitions));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => {
      const { properties = {}, additionalProperties } = schema;
      return [
        name,
        cut(Object.hasOwn(properties, name) ? properties[name] : additionalProperties, item, definitions),
      ];
    }),
  );
}
