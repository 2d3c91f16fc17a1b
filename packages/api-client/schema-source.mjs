import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';

/** The text of src/schema.ts, from the committed document. */
export async function schemaSource() {
  const document = new URL('openapi.json', import.meta.url);
  const nodes = await openapiTypescript(document, {
    alphabetize: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  return COMMENT_HEADER + astToString(nodes);
}
