import { fileURLToPath } from 'node:url';
import { loadManifest, validateParameters } from '@leasehold/template-manifest';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe('the manifest of the counter', () => {
  it('is one that the platform takes', async () => {
    const manifest = await loadManifest(folder);
    expect(manifest.name).toBe('counter');
    expect(manifest.run.command).toEqual(['node', '--max-semi-space-size=4', 'server.mjs']);
    expect(manifest.dataClasses).toEqual([
      { table: 'counters', families: ['c'], keepGreater: ['c:reserved'] },
    ]);
  });

  it('runs one replica on the free plan, so that a person sees 1, 2, 3', async () => {
    const manifest = await loadManifest(folder);
    expect(manifest.resources['free']?.replicas).toEqual({ min: 1, max: 1 });
  });

  it('needs no parameter, has no rate limit by default, and refuses an unknown parameter', async () => {
    const manifest = await loadManifest(folder);
    expect(validateParameters(manifest, {})).toEqual({
      ok: true,
      values: { auth: 'off', maxBlockSize: 10_000 },
    });
    expect(validateParameters(manifest, { speed: 1 }).ok).toBe(false);
  });
});
