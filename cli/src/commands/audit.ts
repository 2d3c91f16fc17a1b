import { unwrap, type AuditEvent } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined, limitOption } from '../option-values.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { tenantIdOf } from './tenant-id-of.js';

interface ListOptions {
  tenant?: string;
  limit: number;
}

/** `leasehold audit ...` */
export function auditCommands(program: Command, act: Act): void {
  const audit = program.command('audit').description('who changed what, and when');

  audit
    .command('list')
    .description('list changes, newest first')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .option(...limitOption)
    .action(act((context, options: ListOptions) => list(context, options)));
}

async function list(context: Context, { tenant, limit }: ListOptions): Promise<void> {
  const client = await api(context);
  const filter = defined({ tenantId: await tenantIdOf(client, tenant) });
  const items = await gatherPages(limit, (page) =>
    unwrap(client.GET('/v1/audit-events', { params: { query: { ...page, ...filter } } })),
  );
  const columns = [
    { title: 'at', value: ({ at }: AuditEvent) => at },
    { title: 'who', value: ({ actor }: AuditEvent) => actor },
    { title: 'did', value: ({ action }: AuditEvent) => action },
    { title: 'to', value: ({ subject }: AuditEvent) => subject },
    { title: 'request', value: ({ requestId }: AuditEvent) => requestId },
  ];
  context.printer.list(items, columns, 'Nobody has changed anything.');
}
