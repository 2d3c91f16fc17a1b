import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** There is no template in the folder; the message says what to do. */
export class TemplateFolderError extends Error {
  override readonly name = 'TemplateFolderError';
}

/**
 * The folder to run: `dist/image` of a template's sources where it is built, else the folder itself.
 * @throws TemplateFolderError when neither has a `template.json`, or the sources are not built yet.
 */
export async function findImage(folder: string): Promise<string> {
  const built = join(folder, 'dist', 'image');
  if (await exists(join(built, 'template.json'))) return built;
  if (!(await exists(join(folder, 'template.json'))))
    throw new TemplateFolderError(
      `${folder} has no template.json: name the folder of a template or of its image.`,
    );
  if (await exists(join(folder, 'build-image.mjs')))
    throw new TemplateFolderError(
      `${folder} is not built: run \`npm run build\` there, which writes dist/image.`,
    );
  return folder;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
