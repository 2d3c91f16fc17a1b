import { unwrap, type NewTenant, type ResourceGraph, type Tenant } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import { collect, defined, pairs, parameterValues, wholeNumber } from '../option-values.js';
import { finishOperation } from '../watch/finish-operation.js';
import { deleteTenant } from './delete-tenant.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';

/** `leasehold tenants ...` */
export function tenantsCommands(program: Command, act: Act): void {
  const tenants = program.command('tenants').description('clients and their deployments');

  tenants
    .command('create <slug>')
    .description('onboard a client and watch it happen')
    .requiredOption('--template <name>', 'what the client gets, such as counter')
    .option('--display-name <name>', "the client's name; the slug when left out")
    .option('--release <version>', "the template's newest when left out")
    .option('--plan <name>', 'the smallest that the release offers when left out')
    .option('--cell <name>', 'chosen by room when left out')
    .option('--hostname <name>', "a name of the client's own (repeatable)", collect)
    .option('--parameter <key=value>', 'a parameter of the template; JSON, else text (repeatable)', collect)
    .option('--label <key=value>', 'a label (repeatable)', collect)
    .option('--contact-email <address>', 'whom to write to')
    .option('--idempotency-key <key>', 'the same key and request make one tenant')
    .option('--no-wait', 'return when the operation has begun')
    .action(act((context, slug: string, options: CreateOptions) => create(context, slug, options)));

  tenants
    .command('list')
    .description('list tenants, newest first')
    .option('--filter <terms>', 'such as "state=active and labels.tier=gold"')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 100_000), 1_000)
    .action(act((context, options: { filter?: string; limit: number }) => list(context, options)));

  tenants
    .command('get <tenant>')
    .description('show a tenant, by slug or id')
    .action(act((context, id: string) => get(context, id)));

  tenants
    .command('resources <tenant>')
    .description('list what a tenant owns in the cloud')
    .action(act((context, id: string) => resources(context, id)));

  tenants
    .command('delete <tenant>')
    .description("take a tenant's deployment away; its data stays restorable for a while")
    .option('--purge', 'erase everything at once, for ever')
    .option('--yes', 'do not ask before a purge')
    .option('--no-wait', 'return when the operation has begun')
    .action(
      act((context, id: string, options: { purge?: boolean; yes?: boolean; wait: boolean }) =>
        deleteTenant(context, id, options),
      ),
    );

  tenants
    .command('reconcile <tenant>')
    .description('compare with what is there and mend what differs')
    .option('--no-wait', 'return when the operation has begun')
    .action(act((context, id: string, options: { wait: boolean }) => reconcile(context, id, options)));
}

interface CreateOptions {
  template: string;
  displayName?: string;
  release?: string;
  plan?: string;
  cell?: string;
  hostname?: string[];
  parameter?: string[];
  label?: string[];
  contactEmail?: string;
  idempotencyKey?: string;
  wait: boolean;
}

async function create(context: Context, slug: string, options: CreateOptions): Promise<void> {
  const { release, plan, cell, hostname, contactEmail, idempotencyKey } = options;
  const body: NewTenant = {
    slug,
    displayName: options.displayName ?? slug,
    template: options.template,
    parameters: parameterValues(options.parameter ?? []),
    labels: pairs(options.label ?? []),
    ...defined({ release, plan, cell, hostnames: hostname }),
    ...(contactEmail === undefined ? {} : { contact: { email: contactEmail } }),
  };
  const header = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
  const operation = await unwrap((await api(context)).POST('/v1/tenants', { params: { header }, body }));
  await finishOperation(context, operation, options.wait);
}

async function list(context: Context, { filter, limit }: { filter?: string; limit: number }): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) =>
    unwrap(client.GET('/v1/tenants', { params: { query: { ...page, ...defined({ filter }) } } })),
  );
  const columns = [
    { title: 'slug', value: (tenant: Tenant) => tenant.slug },
    { title: 'name', value: (tenant: Tenant) => tenant.displayName },
    { title: 'state', value: (tenant: Tenant) => tenant.state },
    { title: 'template', value: (tenant: Tenant) => `${tenant.template} ${tenant.release}` },
    { title: 'plan', value: (tenant: Tenant) => tenant.plan },
    { title: 'cell', value: (tenant: Tenant) => tenant.cell },
    { title: 'url', value: (tenant: Tenant) => tenant.url },
  ];
  context.printer.list(items, columns, 'There are no tenants.');
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

async function reconcile(context: Context, id: string, { wait }: { wait: boolean }): Promise<void> {
  const call = (await api(context)).POST('/v1/tenants/{id}/reconcile', { params: { path: { id } } });
  await finishOperation(context, await unwrap(call), wait);
}
