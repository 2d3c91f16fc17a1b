/**
 * Writes the template's image to `dist/image/`, or to the folder given as the argument: `template.json`, `server.mjs` with its chunks, and the page's files.
 * The Bigtable client becomes a chunk of its own, loaded with the first data request, so that a pod starts without it.
 */
import { cp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bigtableClient, copyDefinitions } from '../kit/build/bigtable-client.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const image = process.argv[2] ?? here('dist/image');

/**
 * Names that the Bigtable client's dependencies expect of CommonJS. They look for files beside themselves only for gRPC
 * services that a client does not use (channelz, ORCA) and for .proto files by name; the client brings its own as JSON.
 */
const commonJsNames = [
  "import { createRequire as createRequireOfImage } from 'node:module';",
  'const require = createRequireOfImage(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('');

await rm(image, { recursive: true, force: true });
await build({
  entryPoints: [here('src/server.ts')],
  outdir: image,
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  keepNames: true,
  sourcemap: false,
  conditions: ['source'],
  legalComments: 'linked',
  banner: { js: commonJsNames },
  plugins: [bigtableClient],
  logLevel: 'warning',
});
await cp(here('template.json'), `${image}/template.json`);
await cp(here('ui'), `${image}/ui`, { recursive: true });
await copyDefinitions(image);
await writeFile(`${image}/package.json`, '{ "type": "module" }\n');
