import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedEnvironment } from './pinned-node.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const notSources = new Set(['node_modules', 'dist', 'coverage', '.nx']);

/**
 * Builds the image of each tenant template whose sources (or the kit's, or the dependencies) have changed.
 * @param {string} repository
 * @returns {Promise<boolean>} false when all were current
 * @throws {SetupError} with the last lines of a build that failed
 */
export async function buildTemplateImages(repository) {
  const root = join(repository, 'tenant-templates');
  const templates = readdirSync(root).filter((name) => existsSync(join(root, name, 'template.json')));
  const shared = digestOf([
    join(root, 'kit'),
    join(repository, 'packages', 'tenant-data'),
    join(repository, 'packages', 'template-manifest'),
    join(repository, 'package-lock.json'),
  ]);
  let built = false;
  for (const name of templates)
    built = (await buildImage(repository, join(root, name), name, shared)) || built;
  return built;
}

async function buildImage(repository, folder, name, shared) {
  // The holding page is built like a template, and lies where nobody takes it for one.
  const images = ['image', 'page-image'].map((image) => join(folder, 'dist', image));
  const stamp = join(folder, 'dist', '.image-sources');
  const sources = digestOf([folder]) + shared;
  if (
    images.some((image) => existsSync(image)) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === sources
  )
    return false;
  const { code, output } = await runCommand('npm', ['run', '--silent', 'build'], {
    cwd: folder,
    env: pinnedEnvironment(repository),
  });
  if (code !== 0) {
    throw new SetupError(
      `The template ${name} could not be built:\n${output.trim().split('\n').slice(-10).join('\n')}`,
    );
  }
  writeFileSync(stamp, sources);
  return true;
}

/**
 * One digest over the names and contents of all source files below some paths.
 * @param {readonly string[]} paths
 */
export function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) addTo(hash, path, '');
  return hash.digest('hex');
}

function addTo(hash, path, name) {
  const entries = directoryEntries(path);
  if (!entries) {
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
    return;
  }
  for (const entry of entries.sort()) {
    if (!notSources.has(entry)) addTo(hash, join(path, entry), `${name}/${entry}`);
  }
}

function directoryEntries(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
