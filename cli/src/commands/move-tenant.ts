import { unwrap, unwrapWithResponse } from '@leasehold/api-client';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { finishOperation } from '../watch/finish-operation.js';
import type { WatchOption } from '../watch/watch-option.js';

export interface MoveOptions extends WatchOption {
  cell: string;
  yes?: boolean;
}

/** Moves the tenant as it was read to another cell: a change in between is refused by the API. */
export async function moveTenant(context: Context, id: string, options: MoveOptions): Promise<void> {
  const client = await api(context);
  const path = { id };
  const { data: tenant, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}', { params: { path } }),
  );
  const question = `Move ${tenant.slug} from ${tenant.cell} to ${options.cell}? Its users see a page that says so meanwhile.`;
  await confirm(context, question, options);
  const call = client.POST('/v1/tenants/{id}/move', {
    params: { path, header: { 'If-Match': response.headers.get('etag') ?? '' } },
    body: { cell: options.cell },
  });
  await finishOperation(context, await unwrap(call), options);
}
