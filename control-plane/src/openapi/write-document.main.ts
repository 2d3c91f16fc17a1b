import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { apiDocument } from '../app.module.js';
import { committedDocument, documentText } from './document-file.js';

/** `npm run -w control-plane openapi`: writes the document from which the API client is generated. */
await writeFile(fileURLToPath(committedDocument), documentText(apiDocument()));
