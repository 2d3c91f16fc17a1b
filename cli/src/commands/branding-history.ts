import { unwrap, type BrandingRevision } from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { wholeNumber } from '../option-values.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

/** `leasehold branding revisions`, `restore` */
export function brandingHistoryCommands(branding: Command, act: Act): void {
  withList(branding.command('revisions <tenant>'))
    .description('list what the pages looked like, newest first')
    .action(act((context, id: string, options: ListOption) => list(context, id, options)));

  branding
    .command('restore <tenant>')
    .description('show an earlier revision again, as a new one')
    .requiredOption('--revision <number>', 'which', wholeNumber(1, 1_000_000_000))
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: RestoreOptions) => restore(context, id, options)));
}

interface RestoreOptions {
  revision: number;
  yes?: boolean;
}

async function list(context: Context, id: string, { limit, ...options }: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/branding/revisions', { params: { path: { id }, query } }));
  });
  const columns = [
    { title: 'revision', value: ({ revision }: BrandingRevision) => revision },
    { title: 'created', value: ({ createdAt }: BrandingRevision) => createdAt },
    { title: 'by', value: ({ actor }: BrandingRevision) => actor },
    { title: 'how', value: ({ origin }: BrandingRevision) => origin },
    { title: 'name', value: ({ displayName }: BrandingRevision) => displayName },
  ];
  context.printer.list(items, columns, 'There are no revisions.');
}

async function restore(context: Context, id: string, options: RestoreOptions): Promise<void> {
  const { revision } = options;
  await confirm(context, `Show revision ${revision} on the pages of ${id} again?`, options);
  const params = { path: { id, revision: String(revision) } };
  const client = await api(context);
  const call = client.POST('/v1/tenants/{id}/branding/revisions/{revision}/restore', { params });
  const branding = await unwrap(call);
  context.printer.result(branding, `Revision ${branding.revision} is on its way to the pages.`);
}
