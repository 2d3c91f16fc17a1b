import { describe, expect, it } from 'vitest';
import { answerEachTest, json, leasehold, now, routes, seen } from '../testing/answering-api.js';

answerEachTest();

describe('branding', () => {
  it('changes what is named, keeps the rest, and waits until the pages show it', async () => {
    let reads = 2;
    const branding = {
      displayName: 'Acme',
      colors: { primary: '#111111', background: '#ffffff', text: '#000000' },
      tagline: 'Old',
      supportUrl: 'https://help.example.test',
      revision: 3,
      updatedAt: now,
    };
    routes['GET /v1/tenants/acme/branding'] = (...exchange) =>
      json(
        200,
        { ...branding, revision: reads === 2 ? 3 : 4, publishedRevision: ++reads },
        { etag: '"3"' },
      )(...exchange);
    routes['PUT /v1/tenants/acme/branding'] = json(200, { ...branding, revision: 4, publishedRevision: 3 });
    const { code, out } = await leasehold([
      'branding',
      'set',
      'acme',
      '--primary',
      '#222222',
      '--tagline',
      '',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('4 (shown on the pages)');
    expect(seen[1]?.headers['if-match']).toBe('"3"');
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
      displayName: 'Acme',
      colors: { primary: '#222222', background: '#ffffff', text: '#000000' },
      supportUrl: 'https://help.example.test',
    });
  });
});
