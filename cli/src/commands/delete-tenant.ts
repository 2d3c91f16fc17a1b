import { unwrap, unwrapWithResponse } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { finishOperation } from '../watch/finish-operation.js';

/**
 * Deletes the tenant as it was read: a change in between is refused by the API. A purge is asked for again by the slug
 * when a person is there to answer.
 */
export async function deleteTenant(
  context: Context,
  id: string,
  { purge = false, yes = false, wait }: { purge?: boolean; yes?: boolean; wait: boolean },
): Promise<void> {
  const client = await api(context);
  const path = { id };
  const { data: tenant, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}', { params: { path } }),
  );
  if (purge && !yes) await confirmPurge(context, tenant.slug);
  const call = client.DELETE('/v1/tenants/{id}', {
    params: {
      path,
      query: purge ? { purge: 'true' } : {},
      header: { 'If-Match': response.headers.get('etag') ?? '' },
    },
  });
  await finishOperation(context, await unwrap(call), wait);
}

async function confirmPurge({ ask }: Context, slug: string): Promise<void> {
  if (ask === undefined) return;
  const answer = await ask(`This erases ${slug} with all its data, for ever. Type its slug to go on: `);
  if (answer.trim() !== slug) throw new UsageError('Nothing was deleted.');
}
