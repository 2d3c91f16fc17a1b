/**
 * @leasehold/safe-branding: makes what a client gives for its pages harmless. Pictures are read by a worker thread of
 * their own and written anew (SVG through a sanitiser, PNG through a decoder); `./css` judges values of CSS.
 */
export { safeImage } from './images/safe-image.js';
export {
  imageTypes,
  UnsafeImageError,
  type ImageLimits,
  type ImageType,
  type SafeImage,
} from './images/image.js';
