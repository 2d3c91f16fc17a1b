import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('a client of the notes', () => {
  it('reads back what it has written', async () => {
    await using pod = await Pod.start(platform.image, await platform.tenant('first'));
    const added = await pod.get('/notes', { method: 'POST', body: 'milk' });
    expect(added.status).toBe(201);
    const { id } = JSON.parse(added.body) as { id: string };
    expect(await pod.get(`/notes/${id}`)).toMatchObject({ status: 200, body: 'milk' });
  });

  it('is told what is wrong with an empty note', async () => {
    await using pod = await Pod.start(platform.image, await platform.tenant('empty'));
    const refused = await pod.get('/notes', { method: 'POST', body: ' ' });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([400, { code: 'empty_note' }]);
  });
});
