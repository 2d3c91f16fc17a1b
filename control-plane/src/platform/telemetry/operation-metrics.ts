import { Histogram, type Registry } from 'prom-client';

const buckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

export interface StepEnded {
  readonly kind: string;
  readonly step: string;
  /** The step's state: succeeded, failed, undone, … */
  readonly result: string;
  readonly seconds: number;
}

export interface OperationEnded {
  readonly kind: string;
  readonly result: string;
  /** Since it was asked for. */
  readonly seconds: number;
}

/** What this process has brought to an end: its worker, or a caller through its API. */
export class OperationMetrics {
  readonly #operations: Histogram<'kind' | 'result'>;
  readonly #steps: Histogram<'kind' | 'step' | 'result'>;
  readonly #firstPage: Histogram;

  constructor(registry: Registry) {
    this.#operations = new Histogram({
      name: 'leasehold_operation_duration_seconds',
      help: 'Time from the request of an operation until a worker or a caller (cancel, rejection) brought it to its end, by kind and result.',
      labelNames: ['kind', 'result'] as const,
      buckets,
      registers: [registry],
    });
    this.#steps = new Histogram({
      name: 'leasehold_operation_step_duration_seconds',
      help: 'Time that a step of an operation took, all its attempts included, by kind, step and result.',
      labelNames: ['kind', 'step', 'result'] as const,
      buckets,
      registers: [registry],
    });
    this.#firstPage = new Histogram({
      name: 'leasehold_time_to_first_200_seconds',
      help: 'Service level of onboardings: time from the accepted POST /v1/tenants until the page of the new tenant answered 200 through the edge.',
      buckets: [1, 2, 3, 5, 8, 13, 21, 30, 60, 120, 300, 600],
      registers: [registry],
    });
  }

  stepEnded({ seconds, ...labels }: StepEnded): void {
    this.#steps.observe({ ...labels }, seconds);
  }

  operationEnded({ seconds, ...labels }: OperationEnded): void {
    this.#operations.observe({ ...labels }, seconds);
  }

  firstPage(seconds: number): void {
    this.#firstPage.observe(seconds);
  }
}
