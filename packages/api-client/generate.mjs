/** `npm run -w @leasehold/api-client generate`: writes the types of the API (src/schema.ts) from openapi.json. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { schemaSource } from './schema-source.mjs';

await writeFile(fileURLToPath(new URL('src/schema.ts', import.meta.url)), await schemaSource());
