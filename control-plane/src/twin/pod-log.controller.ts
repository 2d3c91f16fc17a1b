import { Readable } from 'node:stream';
import { Controller, Param, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../platform/app-error.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { platformRoles, type Ctx } from '../platform/request-context.js';
import { TwinCells } from './twin-cells.js';
import { cellQuery } from './twin.schema.js';

const query = cellQuery.extend({
  tail: z.coerce
    .number({ error: 'must be a whole number from 0 to 10000' })
    .int('must be a whole number from 0 to 10000')
    .min(0, 'must be a whole number from 0 to 10000')
    .max(10_000, 'must be a whole number from 0 to 10000')
    .default(100)
    .describe('How many of the last lines.'),
  follow: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .describe('Goes on with what is printed from then on, until the caller leaves.'),
});

@Controller()
export class PodLogController {
  constructor(private readonly twins: TwinCells) {}

  @Route({
    method: 'GET',
    path: '/v1/twin/pods/:name/log',
    operationId: 'readTwinPodLog',
    tag: 'twin',
    summary: 'Read what a pod has printed',
    description: 'Text as it was printed, like the log of a pod in Kubernetes. With follow it does not end.',
    access: platformRoles,
    responses: { 200: { description: 'The last lines', contentType: 'text/plain' } },
    refusals: [404],
  })
  async read(
    @RequestCtx() ctx: Ctx,
    @Param('name') name: string,
    @Query({ schema: query }) { cell, tail, follow }: z.infer<typeof query>,
  ): Promise<StreamableFile> {
    const twin = await this.twins.of(ctx, cell);
    const log = await twin.podLog(name, { tail, follow, signal: ctx.signal });
    if (log)
      return new StreamableFile(Readable.from(log, { objectMode: false }), {
        type: 'text/plain; charset=utf-8',
      });
    throw new AppError('not_found', 'pod_not_found', {
      publicMessage: `The cell ${cell} has no pod "${name}".`,
    });
  }
}
