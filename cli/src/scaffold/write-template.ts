import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../exit-code.js';

/** The files of a new template, each named as it will be, and `.tpl`. */
const scaffold = fileURLToPath(new URL('../../scaffold', import.meta.url));
const nameForm = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * Writes the folder of a new template, on the kit; nothing that exists is changed.
 * @returns the files, relative to the folder.
 * @throws UsageError for a name that no template may have, or a folder that is there.
 */
export async function writeTemplate(name: string, folder: string): Promise<string[]> {
  if (!nameForm.test(name))
    throw new UsageError(`${name} is no name of a template: use lower-case letters, digits and dashes.`);
  const files = (await readdir(scaffold, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => relative(scaffold, join(parentPath, file)))
    .sort();
  await makeNew(folder);
  for (const file of files) {
    const target = join(folder, withoutSuffix(file));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, filledIn(await readFile(join(scaffold, file), 'utf8'), name), { flag: 'wx' });
  }
  return files.map(withoutSuffix);
}

/** The Bigtable table of a template's data. */
export function tableOf(name: string): string {
  return name.replaceAll('-', '_');
}

async function makeNew(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  try {
    await mkdir(folder);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
    throw new UsageError(`${folder} exists: choose another name, or remove it first.`);
  }
}

function withoutSuffix(file: string): string {
  return file.replace(/\.tpl$/, '');
}

function filledIn(text: string, name: string): string {
  return text.replaceAll('__NAME__', name).replaceAll('__TABLE__', tableOf(name));
}
