import { Body, Controller, Headers, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, Piecewise } from '../../platform/http/answer.js';
import { RequestCtx } from '../../platform/http/request-ctx.decorator.js';
import { Route } from '../../platform/http/route.decorator.js';
import type { Ctx } from '../../platform/request-context.js';
import { readBatchCsv } from './batch-csv.js';
import { batchBody, batchQuery, batchReportSchema, type BatchBody } from './batch.schema.js';
import { BatchService } from './batch.service.js';

@Controller()
export class BatchController {
  constructor(private readonly batch: BatchService) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants:batch',
    operationId: 'batchTenants',
    tag: 'tenants',
    summary: 'Onboard or change many clients, from JSON or CSV',
    description:
      'A row whose client is there as the row says changes nothing, so the same file may be sent again, and takes no Idempotency-Key. A row that is refused keeps no other one back: the answer is 200 with a line for each row.',
    access: ['admin', 'operator'],
    alsoTakes: { 'text/csv': readBatchCsv },
    piecewise: true,
    responses: { 200: { description: 'What became of each row', schema: batchReportSchema } },
  })
  run(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: batchQuery }) { dryRun }: z.infer<typeof batchQuery>,
    @Body({ schema: batchBody }) { items }: BatchBody,
    @Headers('content-type') contentType: string | undefined,
  ): Piecewise {
    const from = /^text\/csv\b/i.test(contentType ?? '') ? 'csv' : 'json';
    return new Piecewise(async () => {
      return new Answer(200, await this.batch.run(ctx, { items, from, dryRun: dryRun === 'true' }));
    });
  }
}
