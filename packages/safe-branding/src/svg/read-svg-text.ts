import { UnsafeImageError } from '../images/image.js';

/**
 * The text of an SVG file. One encoding alone, so that no reader can see another text than the one that is judged here.
 * @throws UnsafeImageError
 */
export function readSvgText(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (/[^\P{Cc}\t\n\r]/u.test(text)) {
    throw new UnsafeImageError('The SVG holds control characters. Export it again.');
  }
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (declared !== undefined && !/^utf-?8$/i.test(declared))
    throw notUtf8(`it says ${declared.slice(0, 20)}`);
  // A document type can declare entities, which grow without bound and bring in other files; a bare one says nothing.
  if (/<!ENTITY/i.test(text) || /<!DOCTYPE[^>]*\[/i.test(text)) {
    throw new UnsafeImageError('The SVG declares entities. Export it as plain SVG, without them.');
  }
  return text.replace(/<!DOCTYPE[^>[]*>/i, '');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8('it is not');
  }
}

function notUtf8(why: string): UnsafeImageError {
  return new UnsafeImageError(`The SVG must be encoded as UTF-8; ${why}.`);
}
