import { unwrap, type AuditEvent } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';
import { tenantIdOf } from './tenant-id-of.js';

interface ListOptions extends ListOption {
  tenant?: string;
  actor?: string;
  subject?: string;
  action?: string;
  since?: string;
  until?: string;
}

/** `leasehold audit ...` */
export function auditCommands(program: Command, act: Act): void {
  const audit = program.command('audit').description('who changed what, and when');

  withList(audit.command('list'))
    .description('list changes, newest first')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .option('--actor <name>', 'by one key or person')
    .option('--subject <name>', 'to one thing, such as a slug')
    .option('--action <action>', 'such as tenant.create, or tenant.* for all of a kind')
    .option('--since <time>', 'at this RFC 3339 time or later')
    .option('--until <time>', 'before this time')
    .action(act((context, options: ListOptions) => list(context, options)));
}

async function list(context: Context, options: ListOptions): Promise<void> {
  const client = await api(context);
  const { actor, subject, action, since, until } = options;
  const tenantId = await tenantIdOf(client, options.tenant);
  const wanted = { ...defined({ tenantId, actor, subject, action, since, until }), ...narrowing(options) };
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/audit-events', { params: { query: { ...page, ...wanted } } })),
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
