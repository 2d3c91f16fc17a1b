/**
 * A request path as a careful server may come to see it: percent-encoded letters decoded, backslashes as slashes, empty
 * and dot segments resolved, without query and fragment. For decisions only; what is sent on stays as it came.
 */
export function plainPath(target: string): string {
  const [path = ''] = target.split(/[?#]/, 1);
  const segments: string[] = [];
  for (const segment of decoded(path).replaceAll('\\', '/').split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const plain = `/${segments.join('/')}`;
  return path.endsWith('/') && segments.length > 0 ? `${plain}/` : plain;
}

function decoded(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (code) => {
    const value = Number.parseInt(code.slice(1), 16);
    return value < 0x80 ? String.fromCharCode(value) : code;
  });
}

const hiddenRoots = new Set(['metrics', 'healthz']);

/** What a workload shows to the platform alone: its metrics and its health. */
export function isHidden(target: string): boolean {
  const [, first = ''] = plainPath(target).split('/');
  // A server may cut parameters off a segment (RFC 3986, section 3.3) and may not care about the letters' case.
  const [root = ''] = first.split(';', 1);
  return hiddenRoots.has(root.toLowerCase().trim());
}
