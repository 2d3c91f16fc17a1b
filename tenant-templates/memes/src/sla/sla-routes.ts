import { json, type Route } from '@leasehold/tenant-kit';
import type { SlaWindow } from './sla-window.js';

export interface SlaSources {
  readonly window: SlaWindow;
  /** Of the manifest: the availability that is promised, in percent. */
  readonly availabilityTarget: number;
  readonly podName: string;
  readonly ledger: { readonly waiting: number; readonly oldestMs: number };
  readonly compensations: { readonly pending: number; readonly deadLetters: number };
}

/** `GET /sla`: what this replica measures of itself, beside what is promised. */
export function slaRoutes(sources: SlaSources): Route[] {
  return [
    {
      path: '/sla',
      access: { role: 'admin' },
      methods: {
        GET: () => {
          const reply = json(reportOf(sources));
          return { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store' } };
        },
      },
    },
  ];
}

function reportOf({ window, availabilityTarget, podName, ledger, compensations }: SlaSources): object {
  const lastHour = window.figures(3600);
  return {
    scope: `the replica ${podName}; the metrics of all replicas are in Prometheus`,
    availability: {
      target: availabilityTarget,
      met: lastHour.availability === null || lastHour.availability >= availabilityTarget,
    },
    lastMinute: window.figures(60),
    lastHour,
    queue: { waiting: ledger.waiting, oldestMs: Math.round(ledger.oldestMs) },
    compensations: { pending: compensations.pending, deadLetters: compensations.deadLetters },
  };
}
