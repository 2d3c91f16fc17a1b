import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stateDocument, stateDocumentText } from './state-document.js';

test('the document of states is what the code says; `npm run -w control-plane states` writes it', async () => {
  expect(await readFile(stateDocument, 'utf8')).toBe(stateDocumentText());
});
