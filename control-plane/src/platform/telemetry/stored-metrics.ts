import { Gauge, type Registry } from 'prom-client';
import { rows, type Tx } from '../unit-of-work.js';

interface Seen {
  readonly metric: string;
  readonly label: string;
  readonly value: number;
}

/**
 * What the database says of work that waits or goes on. Every process tells the same: take the maximum over instances, never
 * the sum.
 */
export class StoredMetrics {
  readonly #gauges: ReadonlyMap<string, Gauge>;

  constructor(registry: Registry) {
    this.#gauges = new Map(
      Object.entries(described).map(([name, { help, label }]) => [
        name,
        new Gauge({ name, help, ...(label && { labelNames: [label] }), registers: [registry] }),
      ]),
    );
  }

  /** Reads all of them anew with one statement. */
  async read(tx: Tx): Promise<void> {
    const seen = await rows<Seen>(tx, sql);
    for (const [name, gauge] of this.#gauges) {
      const { label } = described[name] ?? {};
      const mine = seen.filter(({ metric }) => metric === name);
      gauge.reset();
      if (label) for (const each of mine) gauge.set({ [label]: each.label }, each.value);
      else gauge.set(mine[0]?.value ?? 0);
    }
  }
}

const described: Readonly<Record<string, { readonly help: string; readonly label?: string }>> = {
  leasehold_tenants: { help: 'Tenants by state; tombstones are left out.', label: 'state' },
  leasehold_operations_live: { help: 'Operations that have not ended, by state.', label: 'state' },
  leasehold_operations_oldest_age_seconds: {
    help: 'Age of the oldest operation that has not ended, by state.',
    label: 'state',
  },
  leasehold_queue_jobs: { help: 'Jobs of the queue of operations, by state.', label: 'state' },
  leasehold_leases_held: { help: 'Leases that a worker holds.' },
  leasehold_events_unpositioned: { help: 'Events that are committed and not in the stream yet.' },
  leasehold_event_lag_seconds: { help: 'Age of the oldest event that is not in the stream yet.' },
  leasehold_webhook_events_behind: { help: 'Events of which no deliveries have been made yet.' },
  leasehold_webhook_deliveries_pending: { help: 'Deliveries to webhooks that wait for their next attempt.' },
  leasehold_webhook_oldest_due_seconds: { help: 'For how long the most overdue delivery has been due.' },
  leasehold_webhooks: { help: 'Webhooks, by state: enabled, failing, disabled.', label: 'state' },
};

const live = `('queued', 'running', 'waiting_approval', 'cancelling', 'rolling_back')`;
const age = (time: string): string =>
  `coalesce(extract(epoch from clock_timestamp() - min(${time})), 0)::double precision`;

const sql = `
  select 'leasehold_tenants' as metric, state as label, count(*)::double precision as value
    from leasehold.tenants where state <> 'deleted' group by state
  union all select 'leasehold_operations_live', state, count(*) from leasehold.operations where state in ${live} group by state
  union all select 'leasehold_operations_oldest_age_seconds', state, ${age('created_at')}
    from leasehold.operations where state in ${live} group by state
  union all select 'leasehold_queue_jobs', state::text, count(*) from pgboss.job where name = 'operations' group by state
  union all select 'leasehold_leases_held', '', count(*) from leasehold.leases
    where holder is not null and expires_at > clock_timestamp()
  union all select 'leasehold_events_unpositioned', '', count(*) from leasehold.events where position is null
  union all select 'leasehold_event_lag_seconds', '', ${age('at')} from leasehold.events where position is null
  union all select 'leasehold_webhook_events_behind', '', count(*) from leasehold.events
    where position > (select position from leasehold.webhook_cursor)
  union all select 'leasehold_webhook_deliveries_pending', '', count(*) from leasehold.webhook_deliveries where state = 'pending'
  union all select 'leasehold_webhook_oldest_due_seconds', '', greatest(0, ${age('next_attempt_at')})
    from leasehold.webhook_deliveries where state = 'pending' and next_attempt_at <= clock_timestamp()
  union all select 'leasehold_webhooks', case when not enabled then 'disabled' when failing_since is not null then 'failing'
    else 'enabled' end as state, count(*) from leasehold.webhooks group by 2`;
