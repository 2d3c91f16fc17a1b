import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bucket } from '../testing/local-cloud.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(() => under.setUp());
afterEach(() => under.tearDown());

describe('The object store', () => {
  const facts = { contentType: 'application/json', cacheControl: 'no-cache' };

  it('gives a pod the objects of its own client and no others', async () => {
    await under.serving('acme');
    await under.serving('other');
    await under.target.putObject(
      bucket,
      'tenants/ten_acme/branding/current.json',
      Buffer.from('{"revision":1}'),
      facts,
    );
    const url = `http://127.0.0.1:${String(under.twin.objectStorePort)}/storage/v1/b/${bucket}/o/${encodeURIComponent('tenants/ten_acme/branding/current.json')}`;
    const read = async (slug: string) => {
      const authorization = `Bearer ${(await under.get(slug, '/token')).body}`;
      return fetch(`${url}?alt=media`, { headers: { authorization } });
    };
    const own = await read('acme');
    expect(own.status).toBe(200);
    expect(own.headers.get('cache-control')).toBe('no-cache');
    expect(await own.json()).toEqual({ revision: 1 });
    expect((await read('other')).status).toBe(403);
    expect((await fetch(`${url}?alt=media`)).status).toBe(401);
    const again = await fetch(`${url}?alt=media`, {
      headers: {
        authorization: `Bearer ${(await under.get('acme', '/token')).body}`,
        'if-none-match': own.headers.get('etag') ?? '',
      },
    });
    expect(again.status).toBe(304);
  });

  it('knows only buckets of the inventory', async () => {
    await expect(
      under.target.putObject('unknown-bucket', 'a', Buffer.from('x'), facts),
    ).rejects.toMatchObject({
      status: 404,
    });
  });

  it('keeps objects over a restart, lists and deletes them by prefix', async () => {
    for (const name of ['a/1', 'a/2', 'b/1', 'a/../../../etc/passwd']) {
      await under.target.putObject(bucket, name, Buffer.from(name), facts);
    }
    await under.end();
    await under.begin();
    expect(await under.target.listObjects(bucket, 'a/')).toEqual(['a/../../../etc/passwd', 'a/1', 'a/2']);
    expect(await under.target.deleteObjects(bucket, 'a/')).toBe(3);
    expect(await under.target.listObjects(bucket, '')).toEqual(['b/1']);
  });
});
