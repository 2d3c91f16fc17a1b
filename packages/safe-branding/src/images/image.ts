/** The types that are taken; everything else is refused by its content, whatever it is called. */
export const imageTypes = ['image/svg+xml', 'image/png'] as const;
export type ImageType = (typeof imageTypes)[number];

export interface ImageLimits {
  /** Longest side of a PNG in pixels, checked before anything is decoded. */
  readonly maxPixels: number;
}

export interface SafeImage {
  readonly type: ImageType;
  readonly bytes: Uint8Array;
  /** In pixels; unset for an SVG, which has no size of its own. */
  readonly width?: number;
  readonly height?: number;
  /** What was taken out, for the person who has drawn it: `element script`, `attribute onload`. */
  readonly removed: readonly string[];
}

/** A picture that cannot be made harmless; the message says why and what to do. */
export class UnsafeImageError extends Error {
  override readonly name = 'UnsafeImageError';
}
