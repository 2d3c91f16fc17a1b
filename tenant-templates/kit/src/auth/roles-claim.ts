/** The roles in a token's claims, wherever its issuer puts them. */
type Claims = Readonly<Record<string, unknown>>;

/**
 * The strings of a claim; none when it is not there. The name is taken as it is first (`https://example.test/roles`),
 * then as a path (`realm_access.roles`).
 */
export function rolesOf(claims: Claims, name: string): string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : atPath(claims, name.split('.'));
  if (typeof value === 'string') return value.split(' ').filter((role) => role !== '');
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
}

function atPath(claims: Claims, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function isRecord(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null;
}
