import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';

/** The text of src/schema.ts, from the committed document: its types, and each enumeration as a list. */
export async function schemaSource() {
  const document = new URL('openapi.json', import.meta.url);
  const nodes = await openapiTypescript(document, {
    alphabetize: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    enumValues: true,
    // What has a default may be left out of a request.
    defaultNonNullable: false,
  });
  return COMMENT_HEADER + astToString(nodes);
}
