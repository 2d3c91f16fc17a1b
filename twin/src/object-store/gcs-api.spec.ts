import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGcsRequest } from './gcs-request.js';
import { readMultipart } from './multipart-upload.js';

describe('A request of the JSON API', () => {
  it.each([
    ['GET', '/storage/v1/b/bkt/o/a%2Fb?alt=media', { kind: 'media', bucket: 'bkt', name: 'a/b' }],
    ['GET', '/storage/v1/b/bkt/o/a', { kind: 'metadata', bucket: 'bkt', name: 'a' }],
    ['DELETE', '/storage/v1/b/bkt/o/a', { kind: 'delete', bucket: 'bkt', name: 'a' }],
    ['GET', '/storage/v1/b/bkt/o?prefix=a%2F', { kind: 'list', prefix: 'a/', maxResults: 1_000 }],
    [
      'POST',
      '/upload/storage/v1/b/bkt/o?uploadType=media&name=x',
      { kind: 'upload', name: 'x', uploadType: 'media' },
    ],
    ['PUT', '/storage/v1/b/bkt/o/a', undefined],
    ['GET', '/storage/v1/b/..%2F..%2Fetc/o/passwd', undefined],
    ['GET', '/storage/v1/b/../o/a', undefined],
    ['GET', '/storage/v1/b/bkt/o/%zz', undefined],
    ['GET', '/storage/v1/b/bkt/o/%00', undefined],
    ['GET', '/', undefined],
  ])('%s %s is read', (method, target, expected) => {
    const read = readGcsRequest(method, target);
    if (expected === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(expected);
  });

  it('uploads of two parts are read back byte by byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ minLength: 1, maxLength: 20 }),
        (bytes, name) => {
          fc.pre(!/[\r\n\0]/.test(name) && name !== '.' && name !== '..');
          const body = Buffer.concat([
            Buffer.from(
              `--bnd\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ name, cacheControl: 'no-cache' })}\r\n`,
            ),
            Buffer.from('--bnd\r\nContent-Type: text/plain\r\n\r\n'),
            Buffer.from(bytes),
            Buffer.from('\r\n--bnd--\r\n'),
          ]);
          const upload = readMultipart('multipart/related; boundary="bnd"', body);
          expect(upload).toMatchObject({ name, cacheControl: 'no-cache', contentType: 'text/plain' });
          expect(upload?.body.equals(Buffer.from(bytes))).toBe(true);
        },
      ),
    );
  });

  it('uploads of another form are refused', () => {
    expect(readMultipart('application/json', Buffer.from('{}'))).toBeUndefined();
    expect(
      readMultipart('multipart/related; boundary=b', Buffer.from('--b\r\n\r\n{}\r\n--b--')),
    ).toBeUndefined();
  });
});
