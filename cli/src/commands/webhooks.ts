import { expectDone, unwrap, type NewWebhook, type Webhook, type WebhookPatch } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { collect, defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';
import { tenantIdOf } from './tenant-id-of.js';
import { webhookDeliveriesCommands } from './webhook-deliveries.js';

interface ListOptions extends ListOption {
  tenant?: string;
}
interface SpecOptions {
  description?: string;
  format?: 'standard' | 'cloudevents';
  type?: string[];
}
interface UpdateOptions extends SpecOptions {
  url?: string;
  enabled?: boolean;
}

/** `leasehold webhooks ...` */
export function webhooksCommands(program: Command, act: Act): void {
  const webhooks = program.command('webhooks').description('who is told what happens, by signed requests');

  withList(webhooks.command('list'))
    .description('list webhooks')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .action(act((context, options: ListOptions) => list(context, options)));

  webhooks
    .command('get <webhook>')
    .description('show a webhook')
    .action(act((context, id: string) => get(context, id)));

  webhooks
    .command('create <url>')
    .description('make a webhook; its secret is shown this once')
    .option('--description <text>', 'what it is for')
    .option('--type <type>', 'such as tenant.state or tenant.* (repeatable)', collect)
    .addOption(formatOption())
    .option('--tenant <tenant>', "only this tenant's events")
    .action(act((context, url: string, options: CreateOptions) => create(context, url, options)));

  webhooks
    .command('update <webhook>')
    .description('change a webhook; what is not named stays')
    .option('--url <url>', 'where it is sent')
    .option('--description <text>', 'what it is for')
    .option('--type <type>', 'all its types (repeatable)', collect)
    .addOption(formatOption())
    .option('--enabled', 'send again, new events alone')
    .option('--no-enabled', 'send nothing')
    .action(act((context, id: string, options: UpdateOptions) => update(context, id, options)));

  webhooks
    .command('rotate-secret <webhook>')
    .description('make a new secret; the old one signs as well for a while')
    .action(act((context, id: string) => rotate(context, id)));

  webhooks
    .command('delete <webhook>')
    .description('delete a webhook with its deliveries')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: { yes?: boolean }) => remove(context, id, options)));

  webhookDeliveriesCommands(webhooks, act);
}

function formatOption(): Option {
  return new Option('--format <format>', 'how messages are written').choices(['standard', 'cloudevents']);
}

interface CreateOptions extends SpecOptions {
  tenant?: string;
}

async function list(context: Context, { tenant, limit, ...options }: ListOptions): Promise<void> {
  const client = await api(context);
  const wanted = { ...defined({ tenantId: await tenantIdOf(client, tenant) }), ...narrowing(options) };
  const items = await gatherPages(limit, (page) =>
    unwrap(client.GET('/v1/webhooks', { params: { query: { ...page, ...wanted } } })),
  );
  const columns = [
    { title: 'id', value: ({ id }: Webhook) => id },
    { title: 'url', value: ({ url }: Webhook) => url },
    { title: 'types', value: ({ types }: Webhook) => types.join(', ') },
    { title: 'tenant', value: ({ tenantId }: Webhook) => tenantId },
    { title: 'enabled', value: ({ enabled }: Webhook) => enabled },
    { title: 'failing since', value: ({ failingSince }: Webhook) => failingSince },
  ];
  context.printer.list(items, columns, 'There are no webhooks.');
}

async function get(context: Context, id: string): Promise<void> {
  const call = (await api(context)).GET('/v1/webhooks/{id}', { params: { path: { id } } });
  const webhook = await unwrap(call);
  context.printer.result(webhook, facts(webhook));
}

async function create(context: Context, url: string, options: CreateOptions): Promise<void> {
  const client = await api(context);
  const tenantId = await tenantIdOf(client, options.tenant);
  const body: NewWebhook = { url, ...spec(options), ...defined({ tenantId }) };
  tellSecret(context, await unwrap(client.POST('/v1/webhooks', { body })));
}

async function update(context: Context, id: string, options: UpdateOptions): Promise<void> {
  const { url, enabled } = options;
  const body: WebhookPatch = { ...spec(options), ...defined({ url, enabled }) };
  if (Object.keys(body).length === 0) throw new UsageError('Name what to change, such as --no-enabled.');
  const call = (await api(context)).PATCH('/v1/webhooks/{id}', { params: { path: { id } }, body });
  const webhook = await unwrap(call);
  context.printer.result(webhook, facts(webhook));
}

function spec({ description, type, format }: SpecOptions) {
  return defined({ description, types: type, format });
}

async function rotate(context: Context, id: string): Promise<void> {
  const params = { path: { id } };
  tellSecret(context, await unwrap((await api(context)).POST('/v1/webhooks/{id}/rotate-secret', { params })));
}

/** The secret alone goes to standard output, so that a script can keep it. */
function tellSecret({ printer }: Context, webhook: Webhook & { secret: string | null }): void {
  printer.result(webhook, webhook.secret ?? `${webhook.id}: the secret was shown before`);
  if (!printer.json) printer.note(`Keep this secret of ${webhook.id}: it is not shown again.`);
}

async function remove(context: Context, id: string, options: { yes?: boolean }): Promise<void> {
  await confirm(context, `Delete ${id} with its deliveries?`, options);
  await expectDone((await api(context)).DELETE('/v1/webhooks/{id}', { params: { path: { id } } }));
  context.printer.result({ id, deleted: true }, `${id} is deleted.`);
}

function facts(webhook: Webhook): string {
  return renderFacts([
    ['id', webhook.id],
    ['url', webhook.url],
    ['description', webhook.description],
    ['types', webhook.types.join(', ')],
    ['format', webhook.format],
    ['tenant', webhook.tenantId ?? undefined],
    [
      'enabled',
      webhook.enabled ? 'yes' : `no${webhook.disabledReason === null ? '' : `: ${webhook.disabledReason}`}`,
    ],
    ['failing since', webhook.failingSince ?? undefined],
    ['last success', webhook.lastSuccessAt ?? 'none yet'],
    ['old secret until', webhook.previousSecretUntil ?? undefined],
    ['created', webhook.createdAt],
  ]);
}
