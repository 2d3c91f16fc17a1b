import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { UnsafeImageError } from '../images/image.js';
import { reencodePng } from './reencode-png.js';

const limits = { maxPixels: 64 };
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

function header(
  width: number,
  height: number,
  more: { depth?: number; type?: number; interlace?: number } = {},
): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([more.depth ?? 8, more.type ?? 2, 0, 0, more.interlace ?? 0], 8);
  return chunk('IHDR', data);
}

/** One red pixel, and whatever else a test puts into the file. */
function png({
  before = [],
  after = [],
  tail = '',
}: { before?: Buffer[]; after?: Buffer[]; tail?: string | Buffer } = {}): Buffer {
  const pixels = chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0])));
  return Buffer.concat([
    signature,
    header(1, 1),
    ...before,
    pixels,
    ...after,
    chunk('IEND'),
    Buffer.from(tail),
  ]);
}

const html = '<html><script>alert(1)</script></html>';
const names = (bytes: Uint8Array): string[] => {
  const file = Buffer.from(bytes);
  const found: string[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    found.push(file.toString('latin1', at + 4, at + 8));
  return found;
};

describe('a PNG', () => {
  test('keeps its pixels, whatever they are', () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          data: fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
        }),
      );
    fc.assert(
      fc.property(picture, ({ width, height, data }) => {
        const given = new PNG({ width, height });
        given.data = Buffer.from(data);
        const { bytes, ...facts } = reencodePng(PNG.sync.write(given), limits);
        expect(facts).toEqual({ type: 'image/png', width, height, removed: [] });
        expect(PNG.sync.read(Buffer.from(bytes)).data).toEqual(Buffer.from(data));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['HTML after its end', png({ tail: html })],
    ['a ZIP (a JAR) after its end', png({ tail: Buffer.from('504b0304140000000800', 'hex') })],
    ['HTML in a text', png({ before: [chunk('tEXt', Buffer.from(`Comment\0${html}`))] })],
    [
      'HTML in an international text',
      png({ before: [chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${html}`))] }),
    ],
    [
      'PHP in a compressed text',
      png({
        before: [
          chunk('zTXt', Buffer.concat([Buffer.from('C\0\0'), deflateSync(Buffer.from('<?php system(1);'))])),
        ],
      }),
    ],
    [
      'a colour profile that decompresses to a lot',
      png({
        before: [chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), deflateSync(Buffer.alloc(50_000_000))]))],
      }),
    ],
    ['a chunk that nobody knows', png({ before: [chunk('evIl', Buffer.from(html))] })],
    [
      'an animation',
      png({
        before: [chunk('acTL', Buffer.alloc(8)), chunk('fcTL', Buffer.alloc(26))],
        after: [chunk('fdAT', Buffer.alloc(8))],
      }),
    ],
    [
      'where and when a photograph was taken',
      png({ before: [chunk('eXIf', Buffer.from(`MM\0*${html}`)), chunk('tIME', Buffer.alloc(7))] }),
    ],
  ])('with %s loses it', (_, file) => {
    const { bytes } = reencodePng(file, limits);
    expect(names(bytes)).toEqual(['IHDR', 'IDAT', 'IEND']);
    for (const trace of ['script', 'php', 'PK\x03\x04'])
      expect(Buffer.from(bytes).toString('latin1')).not.toContain(trace);
    expect([...PNG.sync.read(Buffer.from(bytes)).data]).toEqual([255, 0, 0, 255]);
  });

  const idat = (bytes: number): Buffer => chunk('IDAT', deflateSync(Buffer.alloc(bytes)));
  const made = (...chunks: Buffer[]): Buffer => Buffer.concat([signature, ...chunks, chunk('IEND')]);
  test.each([
    ['with too many pixels in a row', made(header(65, 1), idat(196)), 'at most 64 × 64'],
    ['with too many rows', made(header(1, 65), idat(260)), 'at most 64 × 64'],
    [
      'with as many pixels as the format can say',
      made(header(2 ** 31 - 1, 2 ** 31 - 1), idat(10)),
      'at most 64 × 64',
    ],
    ['without pixels', made(header(0, 1), idat(1)), 'header'],
    ['whose pixels decompress to gigabytes', made(header(2, 2), idat(200_000_000)), 'do not fit'],
    [
      'whose interlaced pixels decompress to gigabytes',
      made(header(2, 2, { interlace: 1 }), idat(200_000_000)),
      'do not fit',
    ],
    ['with too few pixels', made(header(64, 64), idat(10)), 'do not fit'],
    [
      'with pixels that are not compressed',
      made(header(1, 1), chunk('IDAT', Buffer.from('nonsense'))),
      'do not fit',
    ],
    ['without a palette that it needs', made(header(1, 1, { type: 3 }), idat(2)), 'decoded'],
    ['of a colour type that there is not', made(header(1, 1, { type: 5 }), idat(4)), 'header'],
    ['of a depth that its colour type has not', made(header(1, 1, { depth: 1, type: 6 }), idat(4)), 'header'],
    ['with two headers', made(header(1, 1), header(9_999, 9_999), idat(4)), 'twice'],
    ['without a header', made(idat(4)), 'header'],
    ['without data', made(header(1, 1)), 'no pixels'],
    ['that is cut off', png().subarray(0, 40), 'ends too early'],
    ['without an end', png().subarray(0, -12), 'ends too early'],
    [
      'with a wrong checksum',
      Buffer.concat([png().subarray(0, 29), Buffer.from([1, 2, 3, 4]), png().subarray(33)]),
      'checksum',
    ],
    [
      'with a length beyond the file',
      Buffer.concat([signature, Buffer.from('7fffffff49484452', 'hex'), Buffer.alloc(40)]),
      'too early',
    ],
    ['that is a JPEG', Buffer.from('ffd8ffe000104a46494600010100', 'hex'), 'not a PNG'],
    [
      'that is a GIF with a JAR behind it',
      Buffer.concat([Buffer.from('GIF89a'), Buffer.from('504b0304', 'hex')]),
      'not a PNG',
    ],
    ['that is HTML', Buffer.from(html), 'not a PNG'],
    ['that is an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not a PNG'],
    ['that is nothing', Buffer.alloc(0), 'not a PNG'],
    ['that has HTML before it', Buffer.concat([Buffer.from(html), png()]), 'not a PNG'],
  ])('%s is refused', (_, file, reason) => {
    expect(() => reencodePng(file, limits)).toThrow(UnsafeImageError);
    expect(() => reencodePng(file, limits)).toThrow(reason);
  });

  test('that is interlaced is read too', () => {
    // Two by two: one pixel in the first pass, one in the sixth, two in the seventh.
    const { width, height } = reencodePng(made(header(2, 2, { interlace: 1 }), idat(4 + 4 + 7)), limits);
    expect([width, height]).toEqual([2, 2]);
  });

  test('of any bytes is refused or written anew, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(80), (noise, at) => {
        const file = Buffer.concat([png().subarray(0, at), noise, png().subarray(at + 3)]);
        try {
          expect(names(reencodePng(file, limits).bytes)).toEqual(['IHDR', 'IDAT', 'IEND']);
        } catch (error) {
          expect(error).toBeInstanceOf(UnsafeImageError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
