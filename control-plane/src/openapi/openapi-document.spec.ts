import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiDocument } from '../app.module.js';
import { committedDocument, documentText } from './document-file.js';

test('the committed document is what the code says; `npm run -w control-plane openapi` writes it', async () => {
  expect(documentText(apiDocument()) === (await readFile(committedDocument, 'utf8'))).toBe(true);
});
