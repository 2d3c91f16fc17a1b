import type { ImageLimits, ImageType, SafeImage } from './image.js';

/** What the worker thread of a picture is given. */
export interface ImageJob {
  readonly bytes: Uint8Array;
  readonly type: ImageType;
  readonly limits: ImageLimits;
}

/** What it answers. */
export type ImageOutcome = { readonly image: SafeImage } | { readonly refusal: string };
