/** The text of src/schema.ts, from the committed document. */
export function schemaSource(): Promise<string>;
