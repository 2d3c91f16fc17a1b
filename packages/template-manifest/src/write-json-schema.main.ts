import { writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from './json-schema.js';

/** `npm run -w @leasehold/template-manifest schema`: writes the JSON Schema of template.json. */
const file = new URL('../template.schema.json', import.meta.url);
await writeFile(file, `${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`);
