/**
 * The hostname of a Host header: without port, in lower case, without the root's dot. Undefined when it is not one
 * (RFC 9110, section 7.2). IPv6 addresses keep their brackets.
 */
export function hostnameOf(host: string | undefined): string | undefined {
  const [, name] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+?)\.?(?::\d{0,5})?$/i.exec(host ?? '') ?? [];
  return name?.toLowerCase();
}

/** `*.example.test` covers `a.example.test` and `a.b.example.test`, not `example.test`: Gateway API, Hostname. */
export function hostnameMatches(pattern: string, hostname: string): boolean {
  return pattern.startsWith('*.')
    ? hostname.endsWith(pattern.slice(1)) && hostname.length > pattern.length - 1
    : pattern === hostname;
}

/**
 * What a listener and a route have in common: the narrower of two patterns, undefined when they exclude each other.
 * A listener without a hostname takes any.
 */
export function commonHostname(listener: string | undefined, route: string): string | undefined {
  const wanted = route.toLowerCase();
  const offered = listener?.toLowerCase() ?? '';
  if (offered === '' || hostnameMatches(offered, wanted) || offered === wanted) return wanted;
  return hostnameMatches(wanted, offered) || patternCovers(wanted, offered) ? offered : undefined;
}

const patternCovers = (wide: string, narrow: string): boolean =>
  wide.startsWith('*.') && narrow.startsWith('*.') && narrow.endsWith(wide.slice(1));
