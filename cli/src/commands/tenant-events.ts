import { unwrap, type Event } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, type ListOption } from './list-option.js';

/** `leasehold tenants events`: the timeline of one tenant. */
export async function tenantEvents(context: Context, id: string, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) => {
    const query = { ...page, ...narrowing(options) };
    return unwrap(client.GET('/v1/tenants/{id}/events', { params: { path: { id }, query } }));
  });
  const columns = [
    { title: 'at', value: ({ at }: Event) => at },
    { title: 'what', value: ({ type }: Event) => type },
    { title: 'operation', value: ({ operationId }: Event) => operationId },
    { title: 'data', value: ({ data }: Event) => JSON.stringify(data) },
  ];
  context.printer.list(items, columns, 'Nothing has happened.');
}
