import {
  expectDone,
  unwrap,
  type TwinPod,
  type TwinRecord,
  type TwinResource,
  type TwinRoute,
} from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import type { Act } from './act.js';
import { twinChangeCommands } from './twin-changes.js';
import { twinFaultCommands } from './twin-faults.js';
import { twinForwardCommand } from './twin-forward.js';
import { twinLogsCommand } from './twin-logs.js';
import { twinSecretCommands } from './twin-secrets.js';
import { twinTrustCommand } from './twin-trust.js';

interface CellOption {
  cell?: string;
}
interface InventoryOptions extends CellOption {
  type?: string;
  scope?: string;
}
interface RemoveOptions extends CellOption {
  type: string;
  scope?: string;
  name: string;
}

const cellOption = ['--cell <name>', 'the cell whose twin is meant'] as const;

/** `leasehold twin ...`: what stands in for the clouds on this machine. */
export function twinCommands(program: Command, act: Act): void {
  const twin = program.command('twin').description('what the stand-in clouds on this machine hold and serve');

  twin
    .command('inventory')
    .description('list the resources')
    .option('--type <type>', 'such as kubernetes:apps/v1:Deployment')
    .option('--scope <scope>', 'a namespace, project or bucket')
    .option(...cellOption)
    .action(act((context, options: InventoryOptions) => inventory(context, options)));

  twin
    .command('records')
    .description('list what its DNS answers')
    .option(...cellOption)
    .action(act((context, options: CellOption) => records(context, options)));

  twin
    .command('routes')
    .description('list where its edge sends requests')
    .option(...cellOption)
    .action(act((context, options: CellOption) => routes(context, options)));

  twin
    .command('pods')
    .description('list the workloads that run as processes')
    .option(...cellOption)
    .action(act((context, options: CellOption) => pods(context, options)));

  twin
    .command('remove')
    .description("take a resource away behind the platform's back; reconcile brings it back")
    .requiredOption('--type <type>', 'such as kubernetes:apps/v1:Deployment')
    .requiredOption('--name <name>', 'its name')
    .option('--scope <scope>', 'its namespace, project or bucket')
    .option(...cellOption)
    .action(act((context, options: RemoveOptions) => remove(context, options)));

  twinLogsCommand(twin, act);
  twinChangeCommands(twin, act);
  twinFaultCommands(twin, act);
  twinSecretCommands(twin, act);
  twinForwardCommand(twin, act);
  twinTrustCommand(twin, act);
}

async function inventory(context: Context, options: InventoryOptions): Promise<void> {
  const client = await api(context);
  const { items } = await unwrap(
    client.GET('/v1/twin/inventory', { params: { query: defined({ ...options }) } }),
  );
  const columns = [
    { title: 'type', value: ({ type }: TwinResource) => type },
    { title: 'scope', value: ({ scope }: TwinResource) => scope },
    { title: 'name', value: ({ name }: TwinResource) => name },
    { title: 'generation', value: ({ generation }: TwinResource) => generation },
    { title: 'updated', value: ({ updatedAt }: TwinResource) => updatedAt },
  ];
  context.printer.list(items, columns, 'The inventory holds nothing that fits.');
}

async function records(context: Context, options: CellOption): Promise<void> {
  const { items } = await unwrap(
    (await api(context)).GET('/v1/twin/records', { params: { query: defined({ ...options }) } }),
  );
  const columns = [
    { title: 'name', value: ({ name }: TwinRecord) => name },
    { title: 'type', value: ({ type }: TwinRecord) => type },
    { title: 'ttl', value: ({ ttl }: TwinRecord) => ttl },
    { title: 'data', value: ({ data }: TwinRecord) => data.join(', ') },
    { title: 'zone', value: ({ zone }: TwinRecord) => zone },
  ];
  context.printer.list(items, columns, 'There are no records.');
}

async function routes(context: Context, options: CellOption): Promise<void> {
  const { items } = await unwrap(
    (await api(context)).GET('/v1/twin/routes', { params: { query: defined({ ...options }) } }),
  );
  const columns = [
    { title: 'hostnames', value: ({ hostnames }: TwinRoute) => hostnames.join(', ') },
    { title: 'path', value: ({ path }: TwinRoute) => path },
    { title: 'namespace', value: ({ namespace }: TwinRoute) => namespace },
    { title: 'route', value: ({ route }: TwinRoute) => route },
    { title: 'gateway', value: ({ gateway }: TwinRoute) => gateway },
    { title: 'backends', value: ({ backends }: TwinRoute) => backends.join(', ') },
  ];
  context.printer.list(items, columns, 'There are no routes.');
}

async function pods(context: Context, options: CellOption): Promise<void> {
  const { items } = await unwrap(
    (await api(context)).GET('/v1/twin/pods', { params: { query: defined({ ...options }) } }),
  );
  const columns = [
    { title: 'name', value: ({ name }: TwinPod) => name },
    { title: 'namespace', value: ({ namespace }: TwinPod) => namespace },
    { title: 'phase', value: ({ phase }: TwinPod) => phase },
    { title: 'ready', value: ({ ready }: TwinPod) => ready },
    { title: 'pid', value: ({ pid }: TwinPod) => pid },
    { title: 'port', value: ({ port }: TwinPod) => port },
    { title: 'restarts', value: ({ restarts }: TwinPod) => restarts },
    { title: 'message', value: ({ message }: TwinPod) => message },
  ];
  context.printer.list(items, columns, 'No pods run.');
}

async function remove(context: Context, { type, scope, name, cell }: RemoveOptions): Promise<void> {
  const query = { type, name, ...defined({ scope, cell }) };
  await expectDone((await api(context)).DELETE('/v1/twin/inventory', { params: { query } }));
  context.printer.result({ type, scope: scope ?? '', name, removed: true }, `${type} ${name} is gone.`);
}
