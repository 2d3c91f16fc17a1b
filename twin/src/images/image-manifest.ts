import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the twin needs of an image's `template.json`; the catalog checks the rest. */
const imageManifest = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes'),
  run: z.looseObject({ command: z.array(z.string().min(1)).min(1, 'must name a program') }),
});
export type ImageManifest = z.infer<typeof imageManifest>;

/** The folder is not an image that can be run; the message says what is wrong with it. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

/** @throws ImageError when `template.json` is missing or lacks `name` or `run.command` */
export async function readImageManifest(folder: string): Promise<ImageManifest> {
  const file = join(folder, 'template.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ImageError(`${file} cannot be read as JSON: an image needs it at its root`, { cause });
  }
  const parsed = imageManifest.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ImageError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}
