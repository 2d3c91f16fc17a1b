import { expectDone, newApiKeyRoleValues, unwrap, type ApiKey, type NewApiKey } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { confirm } from '../confirm.js';
import { defined } from '../option-values.js';
import type { Act } from './act.js';
import { renderFacts } from '../output/facts.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';
import { tenantIdOf } from './tenant-id-of.js';

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
    .addOption(
      new Option('--role <role>', 'what it may do').choices(newApiKeyRoleValues).makeOptionMandatory(),
    )
    .option('--tenant <tenant>', 'for the roles of one tenant: its slug or id')
    .option('--expires-at <time>', 'an RFC 3339 time')
    .action(act((context, name: string, options: CreateOptions) => create(context, name, options)));

  withList(keys.command('list'))
    .description('list the keys that are not revoked')
    .action(act((context, options: ListOption) => list(context, options)));

  keys
    .command('get <key>')
    .description('show a key by its id; never the key itself')
    .action(act((context, id: string) => get(context, id)));

  keys
    .command('delete <key>')
    .description('revoke a key by its id, at once and for ever')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: { yes?: boolean }) => revoke(context, id, options)));
}

async function create(
  context: Context,
  name: string,
  { role, tenant, expiresAt }: CreateOptions,
): Promise<void> {
  const client = await api(context);
  const tenantId = await tenantIdOf(client, tenant);
  const body: NewApiKey = { name, role, ...defined({ tenantId, expiresAt }) };
  const created = await unwrap(client.POST('/v1/api-keys', { body }));
  context.printer.result(created, created.key ?? `${created.id}: the key was shown before`);
  if (!context.printer.json) context.printer.note(`Keep this key of ${created.id}: it is not shown again.`);
}

async function list(context: Context, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/api-keys', { params: { query: { ...page, ...narrowing(options) } } })),
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

async function get(context: Context, id: string): Promise<void> {
  const key = await unwrap((await api(context)).GET('/v1/api-keys/{id}', { params: { path: { id } } }));
  const facts = renderFacts([
    ['id', key.id],
    ['name', key.name],
    ['role', key.role],
    ['tenant', key.tenantId ?? undefined],
    ['created', key.createdAt],
    ['expires', key.expiresAt ?? 'never'],
    ['last used', key.lastUsedAt ?? 'never'],
  ]);
  context.printer.result(key, facts);
}

async function revoke(context: Context, id: string, options: { yes?: boolean }): Promise<void> {
  await confirm(context, `Revoke ${id}? What uses it stops at once.`, options);
  await expectDone((await api(context)).DELETE('/v1/api-keys/{id}', { params: { path: { id } } }));
  context.printer.result({ id, revoked: true }, `${id} is revoked.`);
}
