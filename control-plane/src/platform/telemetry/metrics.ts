import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { BuildMetrics } from './build-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { OperationMetrics } from './operation-metrics.js';
import { PoolMetrics } from './pool-metrics.js';
import { StackRunMetrics } from './stack-run-metrics.js';
import { StoredMetrics } from './stored-metrics.js';
import { WebhookMetrics } from './webhook-metrics.js';

/**
 * The program's Prometheus registry and everything that is measured. Label values come from sets that the product itself
 * bounds (routes, kinds, steps, states), never from a client: a slug would make a series each.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly build = new BuildMetrics(this.registry);
  readonly http = new HttpMetrics(this.registry);
  readonly operations = new OperationMetrics(this.registry);
  readonly stackRuns = new StackRunMetrics(this.registry);
  readonly webhooks = new WebhookMetrics(this.registry);
  readonly pools = new PoolMetrics(this.registry);
  readonly stored = new StoredMetrics(this.registry);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
