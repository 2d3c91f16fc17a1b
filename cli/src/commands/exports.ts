import { expectDone, unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import { finishOperation } from '../watch/finish-operation.js';
import { withWatch, type WatchOption } from '../watch/watch-option.js';
import type { Act } from './act.js';
import { archiveColumns, archiveFacts } from './archive-columns.js';
import { downloadExport } from './download-export.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

/** `leasehold exports ...` */
export function exportsCommands(program: Command, act: Act): void {
  const exports = program.command('exports').description("a tenant's rows for the tenant itself");

  withWatch(exports.command('create <tenant>'))
    .description("export a tenant's rows into a file to download")
    .action(act((context, tenant: string, options: WatchOption) => create(context, tenant, options)));

  withList(exports.command('list <tenant>'))
    .description("list a tenant's exports, newest first")
    .action(act((context, tenant: string, options: ListOption) => list(context, tenant, options)));

  exports
    .command('get <tenant> <export>')
    .description('show an export')
    .action(act((context, tenant: string, id: string) => get(context, tenant, id)));

  exports
    .command('download <tenant> <export>')
    .description('download an export; the same again goes on where it broke off')
    .requiredOption('--output <file>', 'where it is written')
    .action(
      act((context, tenant: string, id: string, { output }: { output: string }) =>
        downloadExport(context, tenant, id, output),
      ),
    );

  exports
    .command('delete <tenant> <export>')
    .description('remove an export')
    .action(act((context, tenant: string, id: string) => remove(context, tenant, id)));
}

async function create(context: Context, id: string, options: WatchOption): Promise<void> {
  const call = (await api(context)).POST('/v1/tenants/{id}/exports', { params: { path: { id } } });
  await finishOperation(context, await unwrap(call), options);
}

async function list(context: Context, id: string, { limit, ...options }: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/exports', { params: { path: { id }, query } }));
  });
  context.printer.list(items, archiveColumns, 'There are no exports.');
}

async function get(context: Context, id: string, exportId: string): Promise<void> {
  const params = { path: { id, export: exportId } };
  const found = await unwrap((await api(context)).GET('/v1/tenants/{id}/exports/{export}', { params }));
  context.printer.result(found, renderFacts(archiveFacts(found)));
}

async function remove(context: Context, id: string, exportId: string): Promise<void> {
  const params = { path: { id, export: exportId } };
  await expectDone((await api(context)).DELETE('/v1/tenants/{id}/exports/{export}', { params }));
  context.printer.result({ id: exportId, removed: true }, `Export ${exportId} is gone.`);
}
