import { unwrap, webhookDeliveryStateValues, type WebhookDelivery } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

interface ListOptions extends ListOption {
  state?: WebhookDelivery['state'];
}

/** `leasehold webhooks test`, `deliveries`, `replay` */
export function webhookDeliveriesCommands(webhooks: Command, act: Act): void {
  webhooks
    .command('test <webhook>')
    .description('send a test message now and tell how it went')
    .action(act((context, id: string) => test(context, id)));

  withList(webhooks.command('deliveries <webhook>'))
    .description('list what was sent and how it went, newest first')
    .addOption(new Option('--state <state>', 'in one state').choices(webhookDeliveryStateValues))
    .action(act((context, id: string, options: ListOptions) => list(context, id, options)));

  webhooks
    .command('replay <webhook> <delivery>')
    .description('send a message again')
    .action(act((context, id: string, deliveryId: string) => replay(context, id, deliveryId)));
}

/** How long the API waits for the endpoint before it answers that the delivery goes on. */
const header = { Prefer: 'wait=30' };

async function test(context: Context, id: string): Promise<void> {
  const params = { path: { id }, header };
  tell(context, await unwrap((await api(context)).POST('/v1/webhooks/{id}/test', { params })));
}

async function replay(context: Context, id: string, deliveryId: string): Promise<void> {
  const params = { path: { id, deliveryId }, header };
  const client = await api(context);
  tell(context, await unwrap(client.POST('/v1/webhooks/{id}/deliveries/{deliveryId}/replay', { params })));
}

async function list(context: Context, id: string, { state, limit, ...options }: ListOptions): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(limit, (page) => {
    const query = { ...page, ...defined({ state }), ...narrowing(options) };
    return unwrap(client.GET('/v1/webhooks/{id}/deliveries', { params: { path: { id }, query } }));
  });
  const columns = [
    { title: 'id', value: (delivery: WebhookDelivery) => delivery.id },
    { title: 'type', value: ({ type }: WebhookDelivery) => type },
    { title: 'state', value: ({ state: of }: WebhookDelivery) => of },
    { title: 'attempts', value: ({ attempts }: WebhookDelivery) => attempts },
    { title: 'answer', value: ({ lastStatus }: WebhookDelivery) => lastStatus },
    { title: 'created', value: ({ createdAt }: WebhookDelivery) => createdAt },
    { title: 'error', value: ({ lastError }: WebhookDelivery) => lastError },
  ];
  context.printer.list(items, columns, 'Nothing was sent.');
}

function tell({ printer }: Context, delivery: WebhookDelivery): void {
  const { id, type, state, attempts, lastStatus, lastError, nextAttemptAt } = delivery;
  const facts = renderFacts([
    ['delivery', id],
    ['type', type],
    ['state', state],
    ['attempts', String(attempts)],
    ['answer', lastStatus === null ? undefined : String(lastStatus)],
    ['error', lastError ?? undefined],
    ['next attempt', nextAttemptAt ?? undefined],
  ]);
  printer.result(delivery, facts);
}
