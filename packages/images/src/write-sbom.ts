/** `node dist/write-sbom.js FILE [WORKSPACE...]`: what an install for some workspaces holds, or for all, from the lockfile. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { packagesThatRun } from './lockfile.js';
import { digestOf, sbomOf } from './sbom.js';

const [file, ...workspaces] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Say where to write it: node dist/write-sbom.js FILE [WORKSPACE...]\n');
  process.exit(2);
}
const repository = new URL('../../../', import.meta.url);
const text = await readFile(new URL('package-lock.json', repository), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
const name = workspaces.length === 0 ? 'leasehold' : workspaces.join(' ');
const packages = packagesThatRun(text, workspaces);
const sbom = sbomOf({ name, version }, packages);
await writeFile(file, sbom);
process.stdout.write(`${file}: ${packages.length} packages, sha256:${digestOf(sbom)}\n`);
