import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../platform/http/answer.js';
import { Route } from '../platform/http/route.decorator.js';
import { Readiness } from '../platform/readiness.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { StoredMeasurements } from './stored-measurements.js';

const tag = 'health';
const part = z.object({ name: z.string(), ready: z.boolean(), message: z.string().optional() });
const readinessSchema = z.object({ ready: z.boolean(), parts: z.array(part) }).meta({ id: 'Readiness' });

@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly stored: StoredMeasurements,
  ) {}

  @Route({
    method: 'GET',
    path: '/healthz',
    operationId: 'getLiveness',
    tag,
    summary: 'Whether the program lives',
    access: 'public',
    responses: { 200: { description: 'It does', schema: z.object({ alive: z.literal(true) }) } },
  })
  live(): { alive: true } {
    return { alive: true };
  }

  @Route({
    method: 'GET',
    path: '/readyz',
    operationId: 'getReadiness',
    tag,
    summary: 'Whether the program can take work, and which part cannot',
    access: 'public',
    responses: {
      200: { description: 'Every part is ready', schema: readinessSchema },
      503: { description: 'Some part is not', schema: readinessSchema },
    },
  })
  async ready(): Promise<Answer<z.infer<typeof readinessSchema>>> {
    const parts = await this.readiness.look();
    const ready = parts.every((each) => each.ready);
    return new Answer(ready ? 200 : 503, { ready, parts }, ready ? {} : { 'retry-after': '1' });
  }

  @Route({
    method: 'GET',
    path: '/metrics',
    operationId: 'getMetrics',
    tag,
    summary: 'Measurements for Prometheus',
    access: 'public',
    responses: { 200: { description: 'Text format 0.0.4', contentType: 'text/plain' } },
  })
  async scrape(): Promise<Answer<string>> {
    await this.stored.refresh();
    const { registry } = this.metrics;
    return new Answer(200, await registry.metrics(), { 'content-type': registry.contentType });
  }
}
