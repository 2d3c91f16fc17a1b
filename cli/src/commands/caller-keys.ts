import { expectDone, unwrap, type CallerKey } from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { collect, defined } from '../option-values.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

interface CreateOptions {
  role?: string[];
  expiresAt?: string;
}

/** `leasehold caller-keys ...` */
export function callerKeysCommands(program: Command, act: Act): void {
  const keys = program.command('caller-keys').description("API keys of those who call a tenant's product");

  keys
    .command('create <tenant> <name>')
    .description('make a key; it is shown this once')
    .option('--role <role>', 'what its caller may do there (repeatable)', collect)
    .option('--expires-at <time>', 'an RFC 3339 time')
    .action(
      act((context, id: string, name: string, options: CreateOptions) => create(context, id, name, options)),
    );

  withList(keys.command('list <tenant>'))
    .description('list the keys, newest first; never the keys themselves')
    .action(act((context, id: string, options: ListOption) => list(context, id, options)));

  keys
    .command('delete <tenant> <key>')
    .description('delete a key by its id; every pod refuses it within ten seconds or so')
    .option('--yes', 'do not ask')
    .action(
      act((context, id: string, key: string, options: { yes?: boolean }) =>
        remove(context, id, key, options),
      ),
    );
}

async function create(context: Context, id: string, name: string, options: CreateOptions): Promise<void> {
  const { role, expiresAt } = options;
  const body = { name, ...defined({ roles: role, expiresAt }) };
  const client = await api(context);
  const call = client.POST('/v1/tenants/{id}/caller-keys', { params: { path: { id } }, body });
  const created = await unwrap(call);
  context.printer.result(created, created.key ?? `${created.id}: the key was shown before`);
  if (!context.printer.json) context.printer.note(`Keep this key of ${created.id}: it is not shown again.`);
}

async function list(context: Context, id: string, { limit, ...options }: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/caller-keys', { params: { path: { id }, query } }));
  });
  const columns = [
    { title: 'id', value: (key: CallerKey) => key.id },
    { title: 'name', value: ({ name }: CallerKey) => name },
    { title: 'roles', value: ({ roles }: CallerKey) => roles.join(', ') },
    { title: 'created', value: ({ createdAt }: CallerKey) => createdAt },
    { title: 'expires', value: ({ expiresAt }: CallerKey) => expiresAt },
  ];
  context.printer.list(items, columns, 'There are no keys.');
}

async function remove(context: Context, id: string, key: string, options: { yes?: boolean }): Promise<void> {
  await confirm(context, `Delete ${key}? What uses it is refused.`, options);
  const params = { path: { id, key } };
  await expectDone((await api(context)).DELETE('/v1/tenants/{id}/caller-keys/{key}', { params }));
  context.printer.result({ id: key, deleted: true }, `${key} is deleted.`);
}
