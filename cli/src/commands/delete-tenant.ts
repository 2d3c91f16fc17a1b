import { unwrap, unwrapWithResponse } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { confirm } from '../confirm.js';
import { UsageError } from '../exit-code.js';
import { finishOperation } from '../watch/finish-operation.js';
import type { WatchOption } from '../watch/watch-option.js';

export interface DeleteOptions extends WatchOption {
  purge?: boolean;
  yes?: boolean;
}

/**
 * Deletes the tenant as it was read: a change in between is refused by the API. A person is asked before, and before a
 * purge for the slug.
 */
export async function deleteTenant(context: Context, id: string, options: DeleteOptions): Promise<void> {
  const { purge = false } = options;
  const client = await api(context);
  const path = { id };
  const { data: tenant, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}', { params: { path } }),
  );
  if (purge) await confirmPurge(context, tenant.slug, options);
  else await confirm(context, `Take the deployment of ${tenant.slug} away?`, options);
  const call = client.DELETE('/v1/tenants/{id}', {
    params: {
      path,
      query: purge ? { purge: 'true' } : {},
      header: { 'If-Match': response.headers.get('etag') ?? '' },
    },
  });
  await finishOperation(context, await unwrap(call), options);
}

async function confirmPurge({ ask }: Context, slug: string, { yes = false }: DeleteOptions): Promise<void> {
  if (yes || ask === undefined) return;
  const answer = await ask(`This erases ${slug} with all its data, for ever. Type its slug to go on: `);
  if (answer.trim() !== slug) throw new UsageError('Nothing was deleted.');
}
