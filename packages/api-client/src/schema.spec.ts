import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { schemaSource } from '../schema-source.mjs';

describe('the types of the API', () => {
  it('are those of the committed document (else: npm run -w @leasehold/api-client generate)', async () => {
    const committed = await readFile(new URL('schema.ts', import.meta.url), 'utf8');
    expect(committed === (await schemaSource())).toBe(true);
  });
});
