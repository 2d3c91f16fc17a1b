/**
 * Gives the texts of a CSV file's parameters the type that the template's schema asks for: `5` is a number where it wants
 * one and a text where it wants a text. What does not fit stays a text, which the schema then refuses by name.
 */
export function typedParameters(
  schema: Readonly<Record<string, unknown>>,
  texts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, typeof text === 'string' ? typed(typesOf(property), text) : text];
    }),
  );
}

function typesOf(property: unknown): readonly unknown[] {
  return isObject(property) ? [property['type']].flat() : [];
}

function typed(types: readonly unknown[], text: string): unknown {
  if (types.includes('string') || types.length === 0) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
