import type { PngHeader } from './png-chunks.js';

/** The passes of an interlaced picture, each with its first column and row and its steps: https://www.w3.org/TR/png-3/#8Interlace */
const adam7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
] as const;
const onePass = [{ x: 0, y: 0, dx: 1, dy: 1 }] as const;

/** How many bytes a picture's pixels are when they are decompressed: lines of whole bytes, each with a byte for its filter. */
export function pixelBytes({ width, height, bitsPerPixel, interlaced }: PngHeader): number {
  const passes = interlaced ? adam7 : onePass;
  return passes.reduce((sum, { x, y, dx, dy }) => {
    const columns = Math.ceil((width - x) / dx);
    const rows = Math.ceil((height - y) / dy);
    if (columns <= 0 || rows <= 0) return sum;
    return sum + rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }, 0);
}
