import { Counter, Histogram, type Registry } from 'prom-client';

export interface RunMeasured {
  readonly program: string;
  readonly command: string;
  readonly outcome: string;
  readonly resources: Readonly<Record<string, number>>;
  /** Milliseconds by phase, and `total`. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Runs of the Pulumi CLI in this process, and where their time goes. */
export class StackRunMetrics {
  readonly #runs: Histogram<'program' | 'command' | 'outcome'>;
  readonly #phases: Histogram<'program' | 'phase'>;
  readonly #resources: Counter<'program' | 'change'>;

  constructor(registry: Registry) {
    this.#runs = new Histogram({
      name: 'leasehold_stack_run_duration_seconds',
      help: 'Time of a run of the Pulumi CLI, by program, command and outcome.',
      labelNames: ['program', 'command', 'outcome'] as const,
      buckets: [0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60, 120, 300, 600],
      registers: [registry],
    });
    this.#phases = new Histogram({
      name: 'leasehold_stack_run_phase_seconds',
      help: 'Where the time of runs goes: queue, prepare, cliStart, open, engine, program, complete, exit.',
      labelNames: ['program', 'phase'] as const,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers: [registry],
    });
    this.#resources = new Counter({
      name: 'leasehold_stack_run_resources_total',
      help: 'Resources that runs have looked at, by what they did: created, updated, deleted, same.',
      labelNames: ['program', 'change'] as const,
      registers: [registry],
    });
  }

  ended({ program, command, outcome, resources, timings }: RunMeasured): void {
    const { total = 0, ...phases } = timings;
    this.#runs.observe({ program, command, outcome }, total / 1000);
    for (const [phase, ms] of Object.entries(phases)) this.#phases.observe({ program, phase }, ms / 1000);
    for (const [change, count] of Object.entries(resources)) this.#resources.inc({ program, change }, count);
  }
}
