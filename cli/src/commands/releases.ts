import { unwrap, type NewRelease, type Release } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';

import { renderFacts } from '../output/facts.js';
import { readSpec } from '../spec-files/read-spec.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

interface CreateOptions {
  version?: string;
  image?: string;
  manifest?: string;
  file?: string;
}

/** `leasehold releases ...` */
export function releasesCommands(program: Command, act: Act): void {
  const releases = program
    .command('releases')
    .description("a template's versions; each is for ever the same");

  withList(releases.command('list <template>'))
    .description('list the releases of a template, newest first')
    .action(act((context, template: string, options: ListOption) => list(context, template, options)));

  releases
    .command('get <template> <version>')
    .description('show a release')
    .action(act((context, template: string, version: string) => get(context, template, version)));

  releases
    .command('create <template>')
    .description('register a release of a template')
    .option('--version <version>', 'a semantic version')
    .option('--image <image>', 'the image with its digest, name@sha256:...')
    .option('--manifest <file>', "the image's template.json (JSON or YAML)")
    .option('--file <file>', 'take all of it from JSON or YAML (- is standard input)')
    .action(act((context, template: string, options: CreateOptions) => create(context, template, options)));
}

async function list(context: Context, name: string, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/templates/{name}/releases', { params: { path: { name }, query } }));
  });
  const columns = [
    { title: 'version', value: ({ version }: Release) => version },
    { title: 'created', value: ({ createdAt }: Release) => createdAt },
    { title: 'image', value: ({ image }: Release) => image },
  ];
  context.printer.list(items, columns, `${name} has no releases.`);
}

async function get(context: Context, name: string, version: string): Promise<void> {
  const path = { name, version };
  const client = await api(context);
  const release = await unwrap(client.GET('/v1/templates/{name}/releases/{version}', { params: { path } }));
  context.printer.result(release, releaseFacts(release));
}

async function create(context: Context, name: string, options: CreateOptions): Promise<void> {
  const body = await releaseSpec(options);
  const client = await api(context);
  const call = client.POST('/v1/templates/{name}/releases', { params: { path: { name } }, body });
  const release = await unwrap(call);
  context.printer.result(release, releaseFacts(release));
}

async function releaseSpec({ version, image, manifest, file }: CreateOptions): Promise<NewRelease> {
  const spec: Partial<NewRelease> = file === undefined ? {} : await readSpec<NewRelease>(file);
  const chosen = {
    version: version ?? spec.version,
    image: image ?? spec.image,
    manifest: manifest === undefined ? spec.manifest : await readSpec<NewRelease['manifest']>(manifest),
  };
  if (chosen.version === undefined || chosen.image === undefined || chosen.manifest === undefined)
    throw new UsageError('A release needs --version, --image and --manifest, or a --file that has them.');
  const { version: number, image: digest, manifest: document } = chosen;
  return { ...spec, version: number, image: digest, manifest: document };
}

function releaseFacts({ id, template, version, image, chartDigest, createdAt }: Release): string {
  return renderFacts([
    ['template', template],
    ['version', version],
    ['id', id],
    ['image', image],
    ['chart', chartDigest],
    ['created', createdAt],
  ]);
}
