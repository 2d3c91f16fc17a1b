/** Writes the image to `dist/image/`, or to the folder given as the argument. */
import { join } from 'node:path';
import { buildImage } from '@leasehold/tenant-kit/image-build';

const template = import.meta.dirname;
await buildImage(template, process.argv[2] ?? join(template, 'dist/image'));
