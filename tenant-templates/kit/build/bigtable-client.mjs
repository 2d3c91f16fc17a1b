/** How the stock Bigtable client gets into a template's image: as a chunk of its own, with what it needs and no more. */
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the client reads from its API package: in the image it lies in `protos/`, beside the folder of the chunks. */
const definitions = ['protos.json', 'google/bigtable/v2/response_params.proto'];

const replaced = {
  // It looks for the files beside a package, which an image does not have.
  'utils/protos.js': `exports.getProtoPath = (name) => require('node:path').join(__dirname, '..', 'protos', name);`,
  // The exporter of client metrics to Cloud Monitoring costs 26 MB and a third of the loading time; it is switched off.
  'client-side-metrics/gcp-metrics-handler.js': `exports.GCPMetricsHandler = class {
    constructor() { throw new Error('This image has no exporter for client metrics: set metricsEnabled to false.'); }
  };`,
};

/** An esbuild plugin. */
export const bigtableClient = {
  name: 'bigtable-client',
  setup({ onResolve, onLoad }) {
    // esbuild gives a dynamic import of a CommonJS module no names (with splitting); one of a module does.
    onResolve({ filter: /^@google-cloud\/bigtable$/ }, ({ kind, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: 'client', namespace: 'bigtable', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'bigtable' }, ({ pluginData }) => ({
      contents: `export { Bigtable, v2 } from '@google-cloud/bigtable';`,
      resolveDir: pluginData,
    }));
    for (const [file, contents] of Object.entries(replaced)) {
      const filter = new RegExp(`/@google-cloud/bigtable/build/src/${file.replaceAll('.', '\\.')}$`);
      onLoad({ filter }, () => ({ contents }));
    }
  },
};

/** Copies the definitions into an image. */
export async function copyDefinitions(image) {
  const tenantData = fileURLToPath(new URL('../../../packages/tenant-data/package.json', import.meta.url));
  const client = createRequire(tenantData).resolve('@google-cloud/bigtable');
  const api = dirname(createRequire(client).resolve('@google-cloud/bigtable-api'));
  for (const file of definitions) await cp(join(api, '..', 'protos', file), join(image, 'protos', file));
}
