import { Resolver } from 'node:dns/promises';

/** IPv4 addresses of a name by the twin's DNS server; a new resolver each time, as an old one may remember answers. */
export async function resolveThroughTwin(hostname: string, dnsPort: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1_000, tries: 3 });
  resolver.setServers([`127.0.0.1:${String(dnsPort)}`]);
  try {
    return await resolver.resolve4(hostname);
  } catch (error) {
    if (isNoAddress(error)) return [];
    throw error;
  }
}

/** The server knows that there is no address, or that the name is none of its own (REFUSED). */
function isNoAddress(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ENOTFOUND', 'ENODATA', 'EREFUSED'].includes(String(error.code))
  );
}
