import { expectDone, unwrap, type Backup } from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { wholeNumber } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { finishOperation } from '../watch/finish-operation.js';
import { withWatch, type WatchOption } from '../watch/watch-option.js';
import type { Act } from './act.js';
import { archiveColumns, archiveFacts } from './archive-columns.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

/** `leasehold backups ...` */
export function backupsCommands(program: Command, act: Act): void {
  const backups = program
    .command('backups')
    .description("copies of a tenant's rows, and the way back to one");

  withWatch(backups.command('create <tenant>'))
    .description("back up a tenant's rows now")
    .option('--keep-days <days>', 'for how many days it is kept', wholeNumber(1, 90))
    .action(act((context, tenant: string, options: CreateOptions) => create(context, tenant, options)));

  withList(backups.command('list <tenant>'))
    .description("list a tenant's backups, newest first")
    .action(act((context, tenant: string, options: ListOption) => list(context, tenant, options)));

  backups
    .command('get <tenant> <backup>')
    .description('show a backup')
    .action(act((context, tenant: string, backup: string) => get(context, tenant, backup)));

  backups
    .command('delete <tenant> <backup>')
    .description('remove a backup for ever')
    .option('--yes', 'do not ask')
    .action(
      act((context, tenant: string, backup: string, options: Confirmed) =>
        remove(context, tenant, backup, options),
      ),
    );

  withWatch(backups.command('restore <tenant> <backup>'))
    .description("bring a suspended tenant's rows back to what a backup has of them")
    .option('--yes', 'do not ask')
    .action(
      act((context, tenant: string, backup: string, options: Confirmed & WatchOption) =>
        restore(context, tenant, backup, options),
      ),
    );
}

interface Confirmed {
  yes?: boolean;
}

interface CreateOptions extends WatchOption {
  keepDays?: number;
}

async function create(context: Context, id: string, options: CreateOptions): Promise<void> {
  const { keepDays } = options;
  const body = keepDays === undefined ? {} : { keepDays };
  const call = (await api(context)).POST('/v1/tenants/{id}/backups', { params: { path: { id } }, body });
  await finishOperation(context, await unwrap(call), options);
}

async function list(context: Context, id: string, { limit, ...options }: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/backups', { params: { path: { id }, query } }));
  });
  const columns = [...archiveColumns, { title: 'purpose', value: ({ purpose }: Backup) => purpose }];
  context.printer.list(items, columns, 'There are no backups.');
}

async function get(context: Context, id: string, backup: string): Promise<void> {
  const params = { path: { id, backup } };
  const found = await unwrap((await api(context)).GET('/v1/tenants/{id}/backups/{backup}', { params }));
  context.printer.result(found, renderFacts([['purpose', found.purpose], ...archiveFacts(found)]));
}

async function remove(context: Context, id: string, backup: string, options: Confirmed): Promise<void> {
  await confirm(context, `Remove backup ${backup} of ${id} for ever?`, options);
  const params = { path: { id, backup } };
  await expectDone((await api(context)).DELETE('/v1/tenants/{id}/backups/{backup}', { params }));
  context.printer.result({ id: backup, removed: true }, `Backup ${backup} is gone.`);
}

async function restore(
  context: Context,
  id: string,
  backup: string,
  options: Confirmed & WatchOption,
): Promise<void> {
  await confirm(context, `Replace the rows of ${id} by those of backup ${backup}?`, options);
  const params = { path: { id, backup } };
  const call = (await api(context)).POST('/v1/tenants/{id}/backups/{backup}/restore', { params });
  await finishOperation(context, await unwrap(call), options);
}
