import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { apiDocument, apiRoutes } from '../app.module.js';
import { accessTable } from './access-table.js';
import { accessFile, committedDocument, documentText } from './document-file.js';

/** `npm run -w control-plane openapi`: writes the document from which the API client is generated, and the table of access. */
await writeFile(fileURLToPath(committedDocument), documentText(apiDocument()));
await writeFile(fileURLToPath(accessFile), accessTable(apiRoutes()));
