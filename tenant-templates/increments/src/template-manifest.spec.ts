import { fileURLToPath } from 'node:url';
import { loadManifest, validateParameters } from '@leasehold/template-manifest';
import { describe, expect, it } from 'vitest';

describe('the manifest of increments', () => {
  it('is one that the platform takes, and limits each client address', async () => {
    const manifest = await loadManifest(fileURLToPath(new URL('..', import.meta.url)));
    expect(manifest.name).toBe('increments');
    expect(manifest.dataClasses).toEqual([{ table: 'increments', families: ['i'] }]);
    expect(validateParameters(manifest, {})).toEqual({
      ok: true,
      values: { auth: 'off', rateLimitPerSecond: 60 },
    });
    expect(validateParameters(manifest, { speed: 1 }).ok).toBe(false);
  });
});
