import { fileURLToPath } from 'node:url';
import { loadManifest, validateParameters } from '@leasehold/template-manifest';
import { describe, expect, it } from 'vitest';
import { parseParameters } from './parameters.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe('the manifest of memes', () => {
  it('is one that the platform takes', async () => {
    const manifest = await loadManifest(folder);
    expect(manifest.name).toBe('memes');
    expect(manifest.dataClasses).toEqual([{ table: 'memes', families: ['m', 'j'] }]);
    expect(manifest.secrets).toEqual(['AI_API_KEY']);
  });

  it('has defaults that the workload takes for the same', async () => {
    const manifest = await loadManifest(folder);
    const values = {
      openingTokens: 10,
      textPrice: 1,
      aiPrice: 3,
      aiTimeoutMs: 15_000,
      aiFallback: 'text',
      geocoderTimeoutMs: 2_000,
    };
    expect(validateParameters(manifest, {})).toEqual({ ok: true, values });
    expect(parseParameters({})).toEqual(values);
  });

  it.each([
    ['an address without a model', { aiBaseUrl: 'https://api.example/v1' }],
    ['a model without an address', { aiModel: 'm' }],
    ['a negative price', { textPrice: -1 }],
    ['an address of another kind', { aiBaseUrl: 'file:///etc/passwd', aiModel: 'm' }],
    ['an unknown fallback', { aiFallback: 'hope' }],
  ])('refuses %s, and so does the workload', async (_, values) => {
    const manifest = await loadManifest(folder);
    expect(validateParameters(manifest, values).ok).toBe(false);
    expect(() => parseParameters(values)).toThrow(/parameters of this workload/);
  });
});
