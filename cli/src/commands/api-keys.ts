import { expectDone, unwrap, type ApiKey, type NewApiKey } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';

const roles = [
  'admin',
  'operator',
  'viewer',
  'ci',
  'tenant-admin',
  'tenant-viewer',
] as const satisfies readonly NewApiKey['role'][];

interface CreateOptions {
  role: NewApiKey['role'];
  tenant?: string;
  expiresAt?: string;
}

/** `leasehold api-keys ...` */
export function apiKeysCommands(program: Command, act: Act): void {
  const keys = program.command('api-keys').description('who may use the API');

  keys
    .command('create <name>')
    .description('make a key; it is shown this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--tenant <tenant>', 'for the roles of one tenant: its slug or id')
    .option('--expires-at <time>', 'an RFC 3339 time')
    .action(act((context, name: string, options: CreateOptions) => create(context, name, options)));

  keys
    .command('list')
    .description('list the keys that are not revoked')
    .action(act((context) => list(context)));

  keys
    .command('delete <key>')
    .description('revoke a key by its id, at once and for ever')
    .action(act((context, id: string) => revoke(context, id)));
}

async function create(
  context: Context,
  name: string,
  { role, tenant, expiresAt }: CreateOptions,
): Promise<void> {
  const client = await api(context);
  const tenantId =
    tenant === undefined
      ? undefined
      : (await unwrap(client.GET('/v1/tenants/{id}', { params: { path: { id: tenant } } }))).id;
  const body: NewApiKey = { name, role, ...defined({ tenantId, expiresAt }) };
  const created = await unwrap(client.POST('/v1/api-keys', { body }));
  context.printer.result(created, created.key ?? `${created.id}: the key was shown before`);
  if (!context.printer.json) context.printer.note(`Keep this key of ${created.id}: it is not shown again.`);
}

async function list(context: Context): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(Infinity, (page) =>
    unwrap(client.GET('/v1/api-keys', { params: { query: page } })),
  );
  const columns = [
    { title: 'id', value: ({ id }: ApiKey) => id },
    { title: 'name', value: ({ name }: ApiKey) => name },
    { title: 'role', value: ({ role }: ApiKey) => role },
    { title: 'tenant', value: ({ tenantId }: ApiKey) => tenantId },
    { title: 'expires', value: ({ expiresAt }: ApiKey) => expiresAt },
    { title: 'last used', value: ({ lastUsedAt }: ApiKey) => lastUsedAt },
  ];
  context.printer.list(items, columns, 'There are no keys.');
}

async function revoke(context: Context, id: string): Promise<void> {
  await expectDone((await api(context)).DELETE('/v1/api-keys/{id}', { params: { path: { id } } }));
  context.printer.result({ id, revoked: true }, `${id} is revoked.`);
}
