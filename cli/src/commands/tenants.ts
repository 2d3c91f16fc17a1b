import {
  newTenantOnFailureValues,
  tenantStateValues,
  unwrap,
  type ResourceGraph,
  type Tenant,
} from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { collect } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { finishOperation } from '../watch/finish-operation.js';
import { watchOperation } from '../watch/watch-operation.js';
import { withWatch, type WatchOption } from '../watch/watch-option.js';
import type { Act } from './act.js';
import { createTenant, type CreateOptions } from './create-tenant.js';
import { deleteTenant, type DeleteOptions } from './delete-tenant.js';
import { withList, type ListOption } from './list-option.js';
import { listTenants, type ListOptions } from './list-tenants.js';
import { moveTenant, type MoveOptions } from './move-tenant.js';
import { rowMigrations } from './row-migrations.js';
import { tenantEvents } from './tenant-events.js';
import { updateTenant, type UpdateOptions } from './update-tenant.js';

/** `leasehold tenants ...` */
export function tenantsCommands(program: Command, act: Act): void {
  const tenants = program.command('tenants').description('clients and their deployments');

  createCommand(tenants, act);
  updateCommand(tenants, act);
  listCommand(tenants, act);

  tenants
    .command('get <tenant>')
    .description('show a tenant, by slug or id')
    .action(act((context, id: string) => get(context, id)));

  tenants
    .command('resources <tenant>')
    .description('list what a tenant owns in the cloud')
    .action(act((context, id: string) => resources(context, id)));

  tenants
    .command('migrations <tenant>')
    .description('show how far migrations are with its rows')
    .action(act((context, id: string) => rowMigrations(context, id)));

  withList(tenants.command('events <tenant>'))
    .description('list what happened to a tenant')
    .action(act((context, id: string, options: ListOption) => tenantEvents(context, id, options)));

  withWatch(tenants.command('delete <tenant>'))
    .description("take a tenant's deployment away; its data stays restorable for a while")
    .option('--purge', 'erase everything at once, for ever')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: DeleteOptions) => deleteTenant(context, id, options)));

  withWatch(tenants.command('move <tenant>'))
    .description('move a tenant to another cell, with its rows, archives and names')
    .requiredOption('--cell <name>', 'where it is to live')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: MoveOptions) => moveTenant(context, id, options)));

  for (const [name, description, question] of changes) {
    withWatch(tenants.command(`${name} <tenant>`))
      .description(description)
      .option('--yes', 'do not ask')
      .action(
        act(async (context, id: string, options: ChangeOptions) => {
          if (question !== undefined) await confirm(context, question(id), options);
          await change(context, name, id, options);
        }),
      );
  }
}

interface ChangeOptions extends WatchOption {
  yes?: boolean;
}

/** Changes of a tenant that take nothing but its name; what a person is asked before. */
const changes: readonly [
  name: 'suspend' | 'resume' | 'restore' | 'reconcile' | 'approve',
  description: string,
  question?: (tenant: string) => string,
][] = [
  [
    'suspend',
    'stop its workload; name, data and a page that says so stay',
    (tenant) => `Suspend ${tenant}? Its users see a page that says so.`,
  ],
  ['resume', 'start the workload of a suspended tenant again'],
  ['approve', 'let a requested tenant be onboarded'],
  ['restore', 'bring back a tenant that waits for its deletion'],
  ['reconcile', 'compare with what is there and mend what differs'],
];

function updateCommand(tenants: Command, act: Act): void {
  withWatch(tenants.command('update <tenant>'))
    .description('change a tenant; what is not named stays')
    .option('--file <file>', 'the changes as JSON or YAML (- is standard input)')
    .option('--display-name <name>', "the client's name")
    .option('--release <version>', "another release of the tenant's template")
    .option('--plan <name>', 'another plan')
    .option('--hostname <name>', "all names of the client's own (repeatable)", collect)
    .option('--no-hostnames', "take the client's own names away")
    .option('--parameter <key=value>', 'a parameter; JSON, else text (repeatable)', collect)
    .option('--label <key=value>', 'a label (repeatable)', collect)
    .option('--remove-label <key>', 'take a label away (repeatable)', collect)
    .option('--contact-email <address>', 'whom to write to; empty takes it away')
    .option('--expires-at <time>', 'suspend it then; empty takes it away')
    .option('--deletion-protection', 'refuse its deletion')
    .option('--no-deletion-protection', 'let it be deleted')
    .action(act((context, id: string, options: UpdateOptions) => updateTenant(context, id, options)));

  withWatch(tenants.command('reject <tenant>'))
    .description('refuse a requested tenant')
    .requiredOption('--reason <text>', 'what the requester reads')
    .action(act((context, id: string, options: RejectOptions) => reject(context, id, options)));
}

interface RejectOptions extends WatchOption {
  reason: string;
}

async function reject(context: Context, id: string, options: RejectOptions): Promise<void> {
  const { reason } = options;
  const params = { path: { id } };
  const operation = await unwrap(
    (await api(context)).POST('/v1/tenants/{id}/reject', { params, body: { reason } }),
  );
  if (options.watch === false) return finishOperation(context, operation, options);
  const ended = await watchOperation(context, operation.id);
  context.printer.result(ended, `${ended.kind} ${ended.state.replaceAll('_', ' ')}`);
}

function createCommand(tenants: Command, act: Act): void {
  withWatch(tenants.command('create [slug]'))
    .description('onboard a client and watch it happen, or many with --file clients.csv')
    .option('--file <file>', 'one tenant (JSON, YAML), or many (CSV, or a JSON list); - is standard input')
    .option('--template <name>', 'what the client gets, such as counter')
    .option('--display-name <name>', "the client's name; the slug when left out")
    .option('--release <version>', "the template's newest when left out")
    .option('--plan <name>', 'the smallest that the release offers when left out')
    .option('--cell <name>', 'chosen by room when left out')
    .option('--hostname <name>', "a name of the client's own (repeatable)", collect)
    .option('--parameter <key=value>', 'a parameter of the template; JSON, else text (repeatable)', collect)
    .option('--label <key=value>', 'a label (repeatable)', collect)
    .option('--contact-email <address>', 'whom to write to')
    .option('--expires-at <time>', 'suspend it then; an RFC 3339 time')
    .option('--deletion-protection', 'refuse its deletion until an update switches this off')
    .addOption(new Option('--on-failure <what>', 'of the onboarding').choices(newTenantOnFailureValues))
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--idempotency-key <key>', 'the same key and request make one tenant')
    .action(
      act((context, slug: string | undefined, options: CreateOptions) =>
        createTenant(context, slug, options),
      ),
    );
}

function listCommand(tenants: Command, act: Act): void {
  withList(tenants.command('list'))
    .description('list tenants, newest first')

    .addOption(new Option('--state <state>', 'in one state').choices(tenantStateValues))
    .option('--template <name>', 'of one template')
    .option('--plan <name>', 'on one plan')
    .option('--cell <name>', 'in one cell')
    .option('--label <key=value>', 'with this label (repeatable)', collect)
    .option('--labels <selector>', 'as Kubernetes has it: tier=gold,region!=eu,beta,!legacy')
    .action(act((context, options: ListOptions) => listTenants(context, options)));
}

async function get(context: Context, id: string): Promise<void> {
  const tenant = await unwrap((await api(context)).GET('/v1/tenants/{id}', { params: { path: { id } } }));
  context.printer.result(tenant, tenantFacts(tenant));
}

function tenantFacts(tenant: Tenant): string {
  const labels = Object.entries(tenant.labels).map(([key, value]) => `${key}=${value}`);
  return renderFacts([
    ['slug', tenant.slug],
    ['id', tenant.id],
    ['name', tenant.displayName],
    ['state', tenant.state],
    ['url', tenant.url],
    ['template', `${tenant.template} ${tenant.release}`],
    ['plan', tenant.plan],
    ['cell', tenant.cell],
    ['hostnames', tenant.hostnames.join(', ')],
    ['labels', labels.join(', ')],
    ['parameters', JSON.stringify(tenant.parameters)],
    ...tenant.conditions.map(
      ({ type, status, reason, message }) => [type, `${status} (${reason}) ${message}`] as const,
    ),
    ['created', tenant.createdAt],
    ['updated', tenant.updatedAt],
  ]);
}

type Resource = ResourceGraph['nodes'][number];

async function resources(context: Context, id: string): Promise<void> {
  const call = (await api(context)).GET('/v1/tenants/{id}/resources', { params: { path: { id } } });
  const graph = await unwrap(call);
  const columns = [
    { title: 'type', value: ({ type }: Resource) => type },
    { title: 'name', value: ({ name }: Resource) => name },
    { title: 'state', value: ({ state }: Resource) => state },
    { title: 'id', value: ({ id: cloudId }: Resource) => cloudId },
  ];
  if (context.printer.json) context.printer.result(graph, '');
  else context.printer.list(graph.nodes, columns, 'The tenant owns nothing.');
}

async function change(
  context: Context,
  name: (typeof changes)[number][0],
  id: string,
  options: ChangeOptions,
): Promise<void> {
  const call = (await api(context)).POST(`/v1/tenants/{id}/${name}`, { params: { path: { id } } });
  await finishOperation(context, await unwrap(call), options);
}
