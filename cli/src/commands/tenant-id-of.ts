import { unwrap, type ApiClient } from '@leasehold/api-client';

/** The id of a tenant that was named by slug or id; undefined for none. @throws ApiError 404 */
export async function tenantIdOf(client: ApiClient, tenant: string): Promise<string>;
export async function tenantIdOf(client: ApiClient, tenant: string | undefined): Promise<string | undefined>;
export async function tenantIdOf(client: ApiClient, tenant: string | undefined): Promise<string | undefined> {
  if (tenant === undefined) return undefined;
  return (await unwrap(client.GET('/v1/tenants/{id}', { params: { path: { id: tenant } } }))).id;
}
