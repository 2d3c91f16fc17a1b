import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { UnsafeImageError, type ImageLimits, type SafeImage } from '../images/image.js';
import { pixelBytes } from './pixel-bytes.js';
import { readPngChunks, type PngHeader } from './png-chunks.js';

/**
 * Decodes a PNG and encodes its pixels anew: nothing else of the file is left.
 * @throws UnsafeImageError
 */
export function reencodePng(bytes: Uint8Array, { maxPixels }: ImageLimits): SafeImage {
  const { header, data, bare } = readPngChunks(bytes);
  const { width, height } = header;
  if (width > maxPixels || height > maxPixels) {
    throw new UnsafeImageError(
      `The picture has ${width} × ${height} pixels; at most ${maxPixels} × ${maxPixels} are taken.`,
    );
  }
  requireExactPixels(header, data);
  const pixels = decode(bare);
  const encoded = PNG.sync.write(pixels, { colorType: 6, inputHasAlpha: true });
  return { type: 'image/png', bytes: new Uint8Array(encoded), width, height, removed: [] };
}

/**
 * A few bytes can decompress to gigabytes, and the decoder does not bound interlaced pictures; where there are too few, it
 * shows what it finds in memory.
 */
function requireExactPixels(header: PngHeader, data: Buffer): void {
  const expected = pixelBytes(header);
  if (inflatedLength(data, expected) !== expected) {
    throw new UnsafeImageError('The PNG’s pixels do not fit its header. Export it again.');
  }
}

/** Undefined for what cannot be decompressed, or is longer than expected. */
function inflatedLength(data: Buffer, expected: number): number | undefined {
  try {
    return inflateSync(data, { maxOutputLength: expected }).length;
  } catch {
    // The caller refuses it in words for people.
    return undefined;
  }
}

function decode(bare: Buffer): PNG {
  try {
    return PNG.sync.read(bare, { checkCRC: true, skipRescale: false });
  } catch (cause) {
    throw new UnsafeImageError('The PNG cannot be decoded. Export it again.', { cause });
  }
}
