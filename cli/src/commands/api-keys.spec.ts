import { describe, expect, it } from 'vitest';
import { answerEachTest, json, leasehold, now, routes } from '../testing/answering-api.js';

answerEachTest();

describe('a key that is made', () => {
  it('is the only thing on standard output, so that a script can keep it', async () => {
    const created = {
      id: 'key_1',
      name: 'ci',
      role: 'ci',
      tenantId: null,
      expiresAt: null,
      lastUsedAt: null,
      createdAt: now,
      key: 'lh_new',
    };
    routes['POST /v1/api-keys'] = json(201, created);
    const { out, err } = await leasehold(['api-keys', 'create', 'ci', '--role', 'ci']);
    expect(out).toBe('lh_new\n');
    expect(err).toContain('not shown again');
  });
});
