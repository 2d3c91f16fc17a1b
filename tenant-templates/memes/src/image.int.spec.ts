import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemesClient } from './testing/memes-client.js';

let platform: PlatformUnderTest;
let image: string;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  ({ image } = platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

const user = (slug: string, subject = 'ada', roles?: readonly string[]): Promise<MemesClient> =>
  MemesClient.of(platform, slug, subject, roles);

describe('a user of memes', () => {
  it('gets a meme for a token, out of the ten that a new account has', async () => {
    await using pod = await Pod.start(image, await platform.tenant('first'));
    const ada = await user('first');
    expect((await ada.get(pod, '/tokens')).body).toBe('{"balance":10}');
    const answer = await ada.get(pod, '/memes?lat=52.52&lon=13.41&query=cats');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(answer.body)).toEqual({
      meme: expect.stringMatching(/CATS/) as string,
      type: 'text',
      generator: 'template',
      place: { name: 'Berlin', country: 'Germany', precision: 'nearest city within 1 km' },
      tokens: 1,
    });
    expect(await ada.balance(pod)).toBe(9);
  });
});
