/** The life of a tenant as a table; docs are printed from the same data. */

export const tenantStates = [
  'requested',
  'provisioning',
  'active',
  'suspended',
  'failed',
  'pending_deletion',
  'erasing',
  'deleted',
] as const;
export type TenantState = (typeof tenantStates)[number];

export const tenantEvents = [
  'provision',
  'activated',
  'create_failed',
  'rolled_back',
  'suspended',
  'delete',
  'restored',
  'purge',
  'erased',
] as const;
export type TenantEvent = (typeof tenantEvents)[number];

interface Transition {
  readonly from: TenantState;
  readonly event: TenantEvent;
  readonly to: TenantState;
  readonly guard?: 'no_live_operation';
}

/** What is not here is refused. The guard is kept by the database: a subject has one operation that has not ended. */
export const tenantTransitions: readonly Transition[] = [
  { from: 'requested', event: 'provision', to: 'provisioning' },
  { from: 'failed', event: 'provision', to: 'provisioning', guard: 'no_live_operation' },
  { from: 'provisioning', event: 'activated', to: 'active' },
  { from: 'provisioning', event: 'create_failed', to: 'failed' },
  { from: 'provisioning', event: 'rolled_back', to: 'deleted' },
  { from: 'failed', event: 'rolled_back', to: 'deleted' },
  { from: 'active', event: 'suspended', to: 'suspended', guard: 'no_live_operation' },
  { from: 'suspended', event: 'activated', to: 'active', guard: 'no_live_operation' },
  { from: 'active', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'suspended', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'failed', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'pending_deletion', event: 'restored', to: 'active' },
  { from: 'active', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'suspended', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'failed', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'pending_deletion', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  // An erasure that failed or was cancelled is asked for again.
  { from: 'erasing', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'erasing', event: 'erased', to: 'deleted' },
];

export type Next =
  { readonly ok: true; readonly to: TenantState } | { readonly ok: false; readonly reason: string };

/**
 * The state after an event. The same event in the state that it leads to is allowed and changes nothing: a step that is
 * repeated after a crash must not fail.
 */
export function nextTenantState(from: TenantState, event: TenantEvent): Next {
  const transition = tenantTransitions.find((known) => known.from === from && known.event === event);
  if (transition) return { ok: true, to: transition.to };
  if (tenantTransitions.some((known) => known.event === event && known.to === from))
    return { ok: true, to: from };
  const allowed = tenantTransitions.filter((known) => known.event === event).map((known) => known.from);
  return {
    ok: false,
    reason: `A tenant that is ${from} cannot take "${event}"; it must be ${new Intl.ListFormat('en', { type: 'disjunction' }).format([...new Set(allowed)])}.`,
  };
}
