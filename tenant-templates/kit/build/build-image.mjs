import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bigtableClient, copyDefinitions } from './bigtable-client.mjs';
import { refuseExpiredFlags } from './refuse-expired-flags.mjs';

/**
 * Names that the Bigtable client's dependencies expect of CommonJS. They look for files beside themselves only for gRPC
 * services that a client does not use (channelz, ORCA) and for .proto files by name; the client brings its own as JSON.
 */
const commonJsNames = [
  "import { createRequire as createRequireOfImage } from 'node:module';",
  'const require = createRequireOfImage(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('');

/**
 * Writes a template's image: `template.json`, `server.mjs` (from `src/server.ts`) with its chunks, and the page's files
 * (`ui/`, the kit's own with an underscore). The Bigtable client is a chunk of its own, loaded with the first data request, so that a pod starts without it.
 * @param {string} template the template's folder
 * @param {string} image the folder to write; replaced when it is there
 * @throws {Error} when the last day of a feature flag is over
 */
export async function buildImage(template, image) {
  await refuseExpiredFlags(join(template, 'template.json'), new Date());
  await rm(image, { recursive: true, force: true });
  await build({
    entryPoints: [join(template, 'src/server.ts')],
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
    conditions: ['source'],
    legalComments: 'linked',
    banner: { js: commonJsNames },
    plugins: [bigtableClient],
    logLevel: 'warning',
  });
  await cp(join(template, 'template.json'), join(image, 'template.json'));
  await cp(join(import.meta.dirname, '../ui'), join(image, 'ui'), { recursive: true });
  await cp(join(template, 'ui'), join(image, 'ui'), { recursive: true });
  await copyDefinitions(image);
  await writeFile(join(image, 'package.json'), '{ "type": "module" }\n');
}
