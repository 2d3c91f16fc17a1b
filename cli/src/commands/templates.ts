import { unwrap, type NewTemplate, type Template } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import { readSpec } from '../spec-files/read-spec.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';
import { newTemplateFolder, type NewOptions } from './templates-new.js';
import { testTemplateFolder, type TestOptions } from './templates-test.js';

interface CreateOptions {
  displayName?: string;
  description?: string;
  file?: string;
}

/** `leasehold templates ...` */
export function templatesCommands(program: Command, act: Act): void {
  const templates = program.command('templates').description('the products that clients get');

  withList(templates.command('list'))
    .description('list templates')
    .action(act((context, options: ListOption) => list(context, options)));

  templates
    .command('get <template>')
    .description('show a template')
    .action(act((context, name: string) => get(context, name)));

  templates
    .command('create [name]')
    .description('register a template; releases make it usable')
    .option('--display-name <name>', 'what people read; the name when left out')
    .option('--description <text>', 'what it is for')
    .option('--file <file>', 'take it from JSON or YAML (- is standard input)')
    .action(
      act((context, name: string | undefined, options: CreateOptions) => create(context, name, options)),
    );

  templates
    .command('new <name>')
    .description('write the folder of a new template, on the kit; needs no running platform')
    .option('--into <folder>', "where; the repository's tenant-templates when left out")
    .action(act((context, name: string, options: NewOptions) => newTemplateFolder(context, name, options)));

  templates
    .command('test <path>')
    .description('check that a folder keeps what a template promises; needs no running platform')
    .option('--only <check...>', 'these checks alone')
    .action(act((context, path: string, options: TestOptions) => testTemplateFolder(context, path, options)));
}

async function list(context: Context, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/templates', { params: { query: { ...page, ...narrowing(options) } } })),
  );
  const columns = [
    { title: 'name', value: ({ name }: Template) => name },
    { title: 'display name', value: ({ displayName }: Template) => displayName },
    { title: 'latest release', value: ({ latestRelease }: Template) => latestRelease },
    { title: 'description', value: ({ description }: Template) => description },
  ];
  context.printer.list(items, columns, 'There are no templates.');
}

async function get(context: Context, name: string): Promise<void> {
  const call = (await api(context)).GET('/v1/templates/{name}', { params: { path: { name } } });
  const template = await unwrap(call);
  context.printer.result(template, templateFacts(template));
}

async function create(
  context: Context,
  name: string | undefined,
  { file, ...given }: CreateOptions,
): Promise<void> {
  const spec: Partial<NewTemplate> = file === undefined ? {} : await readSpec<NewTemplate>(file);
  const chosen = name ?? spec.name ?? '';
  const displayName = given.displayName ?? spec.displayName ?? chosen;
  const description = given.description ?? spec.description ?? 'No description.';
  const body: NewTemplate = { ...spec, name: chosen, displayName, description };
  const template = await unwrap((await api(context)).POST('/v1/templates', { body }));
  context.printer.result(template, templateFacts(template));
}

function templateFacts({ name, displayName, description, latestRelease, createdAt }: Template): string {
  return renderFacts([
    ['name', name],
    ['display name', displayName],
    ['description', description],
    ['latest release', latestRelease ?? 'none yet'],
    ['created', createdAt],
  ]);
}
