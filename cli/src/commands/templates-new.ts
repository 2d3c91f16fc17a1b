import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from '../context.js';
import { tableOf, writeTemplate } from '../scaffold/write-template.js';

export interface NewOptions {
  into?: string;
}

const templatesFolder = fileURLToPath(new URL('../../../tenant-templates', import.meta.url));

/** `leasehold templates new NAME`: a folder that passes `leasehold templates test` once it is built. */
export async function newTemplateFolder(
  { printer }: Context,
  name: string,
  { into }: NewOptions,
): Promise<void> {
  const folder = join(into ?? templatesFolder, name);
  const files = await writeTemplate(name, folder);
  printer.result({ folder, files }, nextSteps(name, relative(process.cwd(), folder) || folder));
}

function nextSteps(name: string, folder: string): string {
  return [
    `${folder} is written. Next:`,
    `  1. name its table in migrations/bigtable/tables.json: {"table": "${tableOf(name)}", "families": [{"id": "n", "gc": {"maxVersions": 1}}]}`,
    `  2. add {"path": "./tenant-templates/${name}"} to the references of tsconfig.json and tsconfig.specs.json`,
    `  3. npm install && npm run build -w @leasehold/template-${name}`,
    `  4. npx leasehold templates test ${folder}`,
  ].join('\n');
}
