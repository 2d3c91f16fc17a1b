/** What a request brings as proof of its caller. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** API keys of the platform's tenants begin with this, so that a scanner of leaked secrets knows them. */
export const apiKeyPrefix = 'lhk_';

export interface Proof {
  kind: 'jwt' | 'api-key';
  value: string;
}

/** The token or API key of `Authorization: Bearer`, or the API key of `X-Api-Key`; undefined when there is none. */
export function proofOf(headers: Headers): Proof | undefined {
  const value = bearerOf(headers['authorization']) ?? single(headers['x-api-key']);
  if (value === undefined) return undefined;
  return { kind: value.startsWith(apiKeyPrefix) ? 'api-key' : 'jwt', value };
}

function bearerOf(header: string | string[] | undefined): string | undefined {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(single(header) ?? '')?.[1];
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
