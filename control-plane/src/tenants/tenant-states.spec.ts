import { describe, expect, test } from 'vitest';
import { nextTenantState, tenantEvents, tenantStates, tenantTransitions } from './tenant-states.js';

describe('the life of a tenant', () => {
  test.each(tenantStates.flatMap((from) => tenantEvents.map((event) => [from, event] as const)))(
    '%s + %s goes where the table says, or is refused with the states that allow it',
    (from, event) => {
      const row = tenantTransitions.find((known) => known.from === from && known.event === event);
      const next = nextTenantState(from, event);
      if (row) expect(next).toEqual({ ok: true, to: row.to });
      else if (next.ok) expect(next.to).toBe(from);
      else {
        for (const known of tenantTransitions.filter((each) => each.event === event))
          expect(next.reason).toContain(known.from);
      }
    },
  );

  test('a step that is repeated after a crash changes nothing', () => {
    for (const { event, to } of tenantTransitions) {
      const again = nextTenantState(to, event);
      expect(again).toEqual({ ok: true, to });
    }
  });

  test('a tombstone stays one: only what made it may be repeated', () => {
    const allowed = tenantEvents.filter((event) => nextTenantState('deleted', event).ok);
    expect(allowed).toEqual(['rolled_back', 'erased']);
  });

  test('every state but the first and a tombstone can be left and entered', () => {
    for (const state of tenantStates) {
      if (state !== 'requested') expect(tenantTransitions.some(({ to }) => to === state)).toBe(true);
      if (state !== 'deleted')
        expect(tenantTransitions.some(({ from, to }) => from === state && to !== state)).toBe(true);
    }
  });
});
