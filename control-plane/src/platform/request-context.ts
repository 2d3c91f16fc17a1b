import type { Logger } from 'pino';

export const platformRoles = ['admin', 'operator', 'viewer', 'ci'] as const;
export const tenantRoles = ['tenant-admin', 'tenant-viewer'] as const;
export type Role = (typeof platformRoles)[number] | (typeof tenantRoles)[number];

/** For routes that every key may call. */
export const everyRole: readonly Role[] = [...platformRoles, ...tenantRoles];

/** Who asks. */
export interface Actor {
  /** Stable name for audit and idempotency: `key:key_…`, `user:…`, `worker:…`, `system`. */
  readonly id: string;
  readonly role: Role;
  /** Set for the tenant roles alone. */
  readonly tenantId?: string;
  /** How often it may ask, when that is not what its role may. */
  readonly rateLimit?: { readonly quota: number; readonly windowSeconds: number };
}

/** The caller of a public route: it may see nothing that belongs to anybody. */
export const anonymous: Actor = { id: 'anonymous', role: 'tenant-viewer', tenantId: 'none' };

/** How a request came to us. */
export interface RequestOrigin {
  /** The IP address that it came from. */
  readonly address: string;
  /** Method and pattern: `POST /v1/tenants`. */
  readonly route: string;
}

/** The first argument of everything that does work for somebody: who asks, under which request, how long and with which log. */
export interface Ctx {
  readonly requestId: string;
  readonly actor: Actor;
  readonly log: Logger;
  /** Set for what a request asked for. */
  readonly origin?: RequestOrigin;
  /** Aborted when the caller has gone, the deadline has passed or the program stops. */
  readonly signal: AbortSignal;
}

export function isTenantActor(actor: Actor): boolean {
  return actor.tenantId !== undefined;
}

/** The context of work that no request asked for: reconcilers, seeds, the worker's own loop. */
export function systemContext(
  name: string,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Ctx {
  return { requestId: `system:${name}`, actor: { id: `system:${name}`, role: 'admin' }, log, signal };
}
