import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { UnsafeImageError, type ImageLimits, type SafeImage } from '../images/image.js';
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
  requireBoundedPixels(header, data);
  const pixels = decode(bare);
  const encoded = PNG.sync.write(pixels, { colorType: 6, inputHasAlpha: true });
  return { type: 'image/png', bytes: new Uint8Array(encoded), width, height, removed: [] };
}

/** A few bytes can decompress to gigabytes; the decoder itself does not bound interlaced pictures. */
function requireBoundedPixels({ width, height, bitsPerPixel }: PngHeader, data: Buffer): void {
  // Interlaced, each of seven passes has a filter byte a line and rounds its lines up.
  const most = 2 * height * (Math.ceil((width * bitsPerPixel) / 8) + 1) + 1024;
  try {
    inflateSync(data, { maxOutputLength: most });
  } catch (cause) {
    throw new UnsafeImageError('The PNG’s pixels do not fit its header. Export it again.', { cause });
  }
}

function decode(bare: Buffer): PNG {
  try {
    return PNG.sync.read(bare, { checkCRC: true, skipRescale: false });
  } catch (cause) {
    throw new UnsafeImageError('The PNG cannot be decoded. Export it again.', { cause });
  }
}
