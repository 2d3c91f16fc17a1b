import { fileURLToPath } from 'node:url';
import { loadManifest, validateParameters } from '@leasehold/template-manifest';
import { describe, expect, it } from 'vitest';

describe('the manifest of integers', () => {
  it('is one that the platform takes, and needs no parameter', async () => {
    const manifest = await loadManifest(fileURLToPath(new URL('..', import.meta.url)));
    expect(manifest.name).toBe('integers');
    const sequence = { column: 'n:sequence', member: 'value' };
    expect(manifest.dataClasses).toEqual([{ table: 'integers', families: ['n'], keepGreater: [sequence] }]);
    expect(validateParameters(manifest, {})).toEqual({ ok: true, values: { minPasswordLength: 1 } });
    expect(validateParameters(manifest, { speed: 1 }).ok).toBe(false);
  });
});
