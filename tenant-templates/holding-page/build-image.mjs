/**
 * Writes the image to `dist/page-image/`, or to the folder given as the argument. Not `dist/image/`: it is no template that a
 * client could be given.
 */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const image = process.argv[2] ?? join(folder, 'dist/page-image');

await rm(image, { recursive: true, force: true });
await build({
  entryPoints: [join(folder, 'src/server.ts')],
  outdir: image,
  entryNames: '[name]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  keepNames: true,
  conditions: ['source'],
  legalComments: 'linked',
  logLevel: 'warning',
});
await cp(join(folder, 'template.json'), join(image, 'template.json'));
await writeFile(join(image, 'package.json'), '{ "type": "module" }\n');
