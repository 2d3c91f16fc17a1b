import ipaddr from 'ipaddr.js';

/** Where webhooks may go: to public addresses alone, or (in development) to this machine as well. */
export type Reach = 'public' | 'loopback';

/**
 * Whether a webhook may be sent to an IP address. Private, link-local (the metadata server of a cloud), multicast and reserved
 * ranges never; an IPv4 address inside an IPv6 one counts as what it is.
 */
export function isReachable(address: string, reach: Reach): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.process(address).range();
  return range === 'unicast' || (range === 'loopback' && reach === 'loopback');
}

/** Why a URL can be no webhook's; undefined when it can. Whether its name leads to a public address is seen at each delivery. */
export function urlProblem(text: string, reach: Reach): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be an https URL';
  if (url.username || url.password) return 'must not hold a user or password';
  const host = hostOf(url);
  const local = host === 'localhost' || (ipaddr.isValid(host) && isLoopback(host));
  if (url.protocol === 'http:' && !(local && reach === 'loopback'))
    return 'must be an https URL; http is for this machine alone, in development';
  if (local && reach !== 'loopback') return 'must lead to a public address, not to this machine';
  if (ipaddr.isValid(host) && !isReachable(host, reach)) return 'must lead to a public address';
  return undefined;
}

/** A URL's host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback';
}
