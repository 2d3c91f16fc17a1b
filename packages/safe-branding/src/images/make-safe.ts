import { reencodePng } from '../png/reencode-png.js';
import { sanitizeSvg } from '../svg/sanitize-svg.js';
import { UnsafeImageError, type ImageLimits, type ImageType, type SafeImage } from './image.js';

/** Re-encoded pictures can be larger than what came in; beyond this they are no logo any more. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Writes a picture anew from what was understood of it. Call it through `safeImage`, which bounds its time and memory.
 * @throws UnsafeImageError
 */
export function makeSafe(bytes: Uint8Array, type: ImageType, limits: ImageLimits): SafeImage {
  const image = type === 'image/png' ? reencodePng(bytes, limits) : sanitizeSvg(bytes);
  if (image.bytes.length <= maxBytes) return image;
  throw new UnsafeImageError('The picture is larger than 2 MiB when it is written anew; use a smaller one.');
}
