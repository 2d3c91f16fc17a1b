import {
  newCellEnvironmentValues,
  newCellTargetValues,
  unwrap,
  type Cell,
  type NewCell,
} from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { wholeNumber } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { readSpec } from '../spec-files/read-spec.js';
import { finishOperation } from '../watch/finish-operation.js';
import { withWatch, type WatchOption } from '../watch/watch-option.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

interface CreateOptions extends WatchOption, Partial<Omit<NewCell, 'name'>> {
  file?: string;
}

/** `leasehold cells ...` */
export function cellsCommands(program: Command, act: Act): void {
  const cells = program.command('cells').description('the regions where clients run');

  withList(cells.command('list'))
    .description('list cells and how full they are')
    .action(act((context, options: ListOption) => list(context, options)));

  cells
    .command('get <cell>')
    .description('show a cell')
    .action(act((context, name: string) => get(context, name)));

  withWatch(cells.command('apply <cell>'))
    .description("bring a cell's resources to what this version says")
    .action(act((context, name: string, options: WatchOption) => apply(context, name, options)));

  withWatch(cells.command('create [name]').description('prepare a cell'))
    .addOption(new Option('--environment <name>').choices(newCellEnvironmentValues))
    .option('--region <region>', 'such as europe-west1')
    .addOption(new Option('--target <target>', 'what it is made of').choices(newCellTargetValues))
    .option('--domain <domain>', "what its tenants' names end with")
    .option('--capacity <tenants>', 'how many tenants it takes', wholeNumber(1, 10_000))
    .option('--file <file>', 'take it from JSON or YAML (- is standard input)')
    .action(
      act((context, name: string | undefined, options: CreateOptions) => create(context, name, options)),
    );
}

async function list(context: Context, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/cells', { params: { query: { ...page, ...narrowing(options) } } })),
  );
  const columns = [
    { title: 'name', value: ({ name }: Cell) => name },
    { title: 'state', value: ({ state }: Cell) => state },
    { title: 'environment', value: ({ environment }: Cell) => environment },
    { title: 'region', value: ({ region }: Cell) => region },
    { title: 'target', value: ({ target }: Cell) => target },
    { title: 'domain', value: ({ domain }: Cell) => domain },
    { title: 'tenants', value: ({ tenants, capacity }: Cell) => `${tenants}/${capacity}` },
  ];
  context.printer.list(items, columns, 'There are no cells.');
}

async function get(context: Context, name: string): Promise<void> {
  const call = (await api(context)).GET('/v1/cells/{name}', { params: { path: { name } } });
  const cell = await unwrap(call);
  const facts = renderFacts([
    ['name', cell.name],
    ['id', cell.id],
    ['state', cell.state],
    ['environment', cell.environment],
    ['region', cell.region],
    ['target', cell.target],
    ['domain', cell.domain],
    ['tenants', `${cell.tenants} of ${cell.capacity}`],
    ['created', cell.createdAt],
    ['updated', cell.updatedAt],
  ]);
  context.printer.result(cell, facts);
}

async function create(
  context: Context,
  name: string | undefined,
  { watch, file, ...given }: CreateOptions,
): Promise<void> {
  const spec: Partial<NewCell> = file === undefined ? {} : await readSpec<NewCell>(file);
  const body = whole({ ...spec, ...given, ...(name === undefined ? {} : { name }) });
  const operation = await unwrap((await api(context)).POST('/v1/cells', { body }));
  await finishOperation(context, operation, watch === undefined ? {} : { watch });
}

async function apply(context: Context, name: string, options: WatchOption): Promise<void> {
  const call = (await api(context)).POST('/v1/cells/{name}/apply', { params: { path: { name } } });
  await finishOperation(context, await unwrap(call), options);
}

function whole({ name, environment, region, target, domain, capacity, ...more }: Partial<NewCell>): NewCell {
  if (
    name === undefined ||
    environment === undefined ||
    region === undefined ||
    target === undefined ||
    domain === undefined ||
    capacity === undefined
  )
    throw new UsageError(
      'A cell needs its name, --environment, --region, --target, --domain and --capacity, or a --file that has them.',
    );
  return { name, environment, region, target, domain, capacity, ...more };
}
