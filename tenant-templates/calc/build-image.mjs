/** Writes the image to `dist/image/`, or to the folder given as the argument: as any template's, and the published .proto files. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from '@leasehold/tenant-kit/image-build';

const template = import.meta.dirname;
const image = process.argv[2] ?? join(template, 'dist/image');
await buildImage(template, image);
await cp(join(template, 'proto'), join(image, 'proto'), { recursive: true });
