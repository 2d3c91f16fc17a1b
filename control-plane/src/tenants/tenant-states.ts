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
  'resumed',
  'delete',
  'restored',
  'restored_suspended',
  'purge',
  'erased',
] as const;
export type TenantEvent = (typeof tenantEvents)[number];

export interface TenantTransition {
  readonly from: TenantState;
  readonly event: TenantEvent;
  readonly to: TenantState;
  readonly guard?: 'no_live_operation';
}

/** What is not here is refused. The guard is kept by the database: a subject has one operation that has not ended. */
export const tenantTransitions: readonly TenantTransition[] = [
  { from: 'requested', event: 'provision', to: 'provisioning' },
  { from: 'failed', event: 'provision', to: 'provisioning', guard: 'no_live_operation' },
  { from: 'provisioning', event: 'activated', to: 'active' },
  { from: 'provisioning', event: 'create_failed', to: 'failed' },
  { from: 'requested', event: 'rolled_back', to: 'deleted' },
  { from: 'provisioning', event: 'rolled_back', to: 'deleted' },
  { from: 'failed', event: 'rolled_back', to: 'deleted' },
  { from: 'active', event: 'suspended', to: 'suspended', guard: 'no_live_operation' },
  { from: 'suspended', event: 'resumed', to: 'active', guard: 'no_live_operation' },
  { from: 'active', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'suspended', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'failed', event: 'delete', to: 'pending_deletion', guard: 'no_live_operation' },
  { from: 'pending_deletion', event: 'restored', to: 'active' },
  // It was suspended when its deletion was asked for.
  { from: 'pending_deletion', event: 'restored_suspended', to: 'suspended' },
  { from: 'active', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'suspended', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'failed', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'pending_deletion', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  // An erasure that failed or was cancelled is asked for again.
  { from: 'erasing', event: 'purge', to: 'erasing', guard: 'no_live_operation' },
  { from: 'erasing', event: 'erased', to: 'deleted' },
];

/** What a caller can ask of a tenant, and in which states; the rest is refused with `wrong_state`. */
export interface TenantActionRule {
  readonly action: TenantAction;
  readonly from: readonly TenantState[];
  /** How the action is asked for. */
  readonly route: string;
  /** Completes "cannot be …" and "can be …". */
  readonly done: string;
}

export const tenantActions = [
  'edit',
  'update',
  'suspend',
  'resume',
  'reconcile',
  'move',
  'approve',
  'reject',
  'delete',
  'restore',
  'purge',
] as const;
export type TenantAction = (typeof tenantActions)[number];

export const tenantActionRules: readonly TenantActionRule[] = [
  {
    action: 'edit',
    from: ['requested', 'provisioning', 'active', 'suspended', 'failed', 'pending_deletion'],
    route: 'PATCH /v1/tenants/{id} of labels, contact, deletionProtection, expiresAt',
    done: 'edited',
  },
  {
    action: 'update',
    from: ['active'],
    route: 'PATCH /v1/tenants/{id} of everything else',
    done: 'updated',
  },
  { action: 'suspend', from: ['active'], route: 'POST /v1/tenants/{id}/suspend', done: 'suspended' },
  { action: 'resume', from: ['suspended'], route: 'POST /v1/tenants/{id}/resume', done: 'resumed' },
  { action: 'reconcile', from: ['active'], route: 'POST /v1/tenants/{id}/reconcile', done: 'reconciled' },
  { action: 'move', from: ['active', 'suspended'], route: 'POST /v1/tenants/{id}/move', done: 'moved' },
  { action: 'approve', from: ['requested'], route: 'POST /v1/tenants/{id}/approve', done: 'approved' },
  { action: 'reject', from: ['requested'], route: 'POST /v1/tenants/{id}/reject', done: 'rejected' },
  {
    action: 'delete',
    from: ['active', 'suspended', 'failed'],
    route: 'DELETE /v1/tenants/{id}',
    done: 'deleted',
  },
  {
    action: 'restore',
    from: ['pending_deletion'],
    route: 'POST /v1/tenants/{id}/restore',
    done: 'restored',
  },
  {
    action: 'purge',
    from: ['active', 'suspended', 'failed', 'pending_deletion', 'erasing'],
    route: 'DELETE /v1/tenants/{id}?purge=true',
    done: 'purged',
  },
];

const or = new Intl.ListFormat('en', { type: 'disjunction' });

/** Why an action is refused in a state, as a sentence that says what is allowed instead; undefined when it is allowed. */
export function actionRefusal(state: TenantState, action: TenantAction): string | undefined {
  const rule = tenantActionRules.find((known) => known.action === action);
  if (!rule || rule.from.includes(state)) return undefined;
  const allowed = tenantActionRules.filter(({ from }) => from.includes(state)).map(({ done }) => done);
  const instead =
    allowed.length === 0 ? 'Nothing can be done with it.' : `Now it can be ${or.format(allowed)}.`;
  return `A tenant that is ${state} cannot be ${rule.done}; it must be ${or.format(rule.from)}. ${instead}`;
}

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
    reason: `A tenant that is ${from} cannot take "${event}"; it must be ${or.format(new Set(allowed))}.`,
  };
}
