import { describe, expect, it } from 'vitest';
import { changesOf } from './update-tenant.js';

const current = { labels: { tier: 'gold', region: 'eu' }, parameters: { limit: 5 } };

describe('what a tenant is changed to', () => {
  it.each([
    [{}, {}],
    [{ plan: 'standard' }, { plan: 'standard' }],
    [{ label: ['tier=silver'] }, { labels: { tier: 'silver', region: 'eu' } }],
    [{ removeLabel: ['tier'] }, { labels: { region: 'eu' } }],
    [{ parameter: ['on=true'] }, { parameters: { limit: 5, on: true } }],
    [{ hostname: ['a.example.test'] }, { hostnames: ['a.example.test'] }],
    [{ hostnames: false }, { hostnames: [] }],
    [{ hostnames: true }, {}],
    [
      { expiresAt: '', contactEmail: '' },
      { expiresAt: null, contact: null },
    ],
    [{ deletionProtection: false }, { deletionProtection: false }],
  ])('%j is %j', (options, patch) => {
    expect(changesOf(options, current)).toEqual(patch);
  });
});
