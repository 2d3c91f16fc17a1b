import { Resolver } from 'node:dns/promises';
import { createApiClient, unwrap, type ApiOptions } from '@leasehold/api-client';
import { fail, ok, type Finding } from './check.js';

const timeoutMs = 2_000;
const name = 'DNS';

/** Whether the product's own DNS server answers the name of a tenant that is active; nothing when there is none. */
export async function checkDns(options: ApiOptions, port: number): Promise<Finding[]> {
  const hostname = await activeHostname(options);
  if (hostname === undefined) return [];
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  try {
    const addresses = await resolver.resolve4(hostname);
    return [ok(name, `${hostname} is ${addresses.join(', ')} at port ${port}`)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      fail(name, `${hostname} has no answer at port ${port} (${why}): try \`leasehold tenants reconcile\`.`),
    ];
  }
}

async function activeHostname(options: ApiOptions): Promise<string | undefined> {
  if (options.apiKey === undefined) return undefined;
  const query = { limit: 1, filter: 'state = "active"' };
  const call = createApiClient(options).GET('/v1/tenants', { params: { query } });
  const page = await unwrap(call).catch(() => undefined);
  const tenant = page?.items[0];
  return tenant !== undefined && URL.canParse(tenant.url) ? new URL(tenant.url).hostname : undefined;
}
