import type { Load } from './load-messages.js';

/** Makes the bytes of request `n`: the placeholders are looked for once, not for each request. */
export function requestsOf({
  request,
  requests,
  tokens,
  differentKeys,
}: Pick<Load, 'request' | 'requests' | 'tokens' | 'differentKeys'>): (n: number) => string {
  const parts = request.split(/(\{token\}|\{key\})/);
  if (parts.length === 1) return () => request;
  const keys = differentKeys > 0 ? differentKeys : requests;
  const valueOf = (part: string, n: number): string => {
    if (part === '{token}') return tokens[n % tokens.length] ?? '';
    return part === '{key}' ? `k${n % keys}` : part;
  };
  return (n) => parts.map((part) => valueOf(part, n)).join('');
}
