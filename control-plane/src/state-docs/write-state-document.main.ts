import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stateDocument, stateDocumentText } from './state-document.js';

/** `npm run -w control-plane states`: writes the document of states. */
await writeFile(fileURLToPath(stateDocument), stateDocumentText());
