/** Who may call a route, decided from the route and the tenant's parameter `auth`. */
import type { Caller } from './caller.js';

/**
 * `open`: everybody. `default`: everybody, unless the tenant's parameter `auth` asks for callers. `user`: a verified
 * caller, whatever the parameter. `{ role }`: a verified caller that has the role.
 */
export type Access = 'open' | 'default' | 'user' | { role: string };

/** The tenant's parameter `auth`: off, or the proof that a caller of the product must bring. */
export type AuthMode = 'off' | 'jwt' | 'api-key' | 'any';

/** What a caller of a route must prove. */
export interface Demand {
  kinds: ReadonlySet<Caller['kind']>;
  role: string | undefined;
}

const kindsOf: Readonly<Record<AuthMode, readonly Caller['kind'][]>> = {
  off: ['jwt', 'api-key'],
  jwt: ['jwt'],
  'api-key': ['api-key'],
  any: ['jwt', 'api-key'],
};

/** The demand of a route on its callers; undefined when it has none. */
export function demandOf(access: Access | undefined, mode: AuthMode): Demand | undefined {
  if (access === 'open') return undefined;
  if ((access ?? 'default') === 'default' && mode === 'off') return undefined;
  return { kinds: new Set(kindsOf[mode]), role: typeof access === 'object' ? access.role : undefined };
}
