import { Body, Controller, Param } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { secretBody, secretName, type TwinSecretValue } from './secrets.schema.js';
import { TwinCells } from './twin-cells.js';

/** The secret store of the local cloud, into which people put values beside the platform, as into Secret Manager. */
@Controller()
export class TwinSecretsController {
  constructor(
    private readonly twins: TwinCells,
    private readonly audit: AuditService,
  ) {}

  @Route({
    method: 'PUT',
    path: '/v1/twin/secrets/:name',
    operationId: 'putTwinSecret',
    tag: 'twin',
    summary: 'Put a value into the twin’s secret store',
    description:
      'Names begin with t-<slug>- or shared-, as the references of tenants do. The value is in no table, log or audit event.',
    access: ['admin', 'operator'],
    responses: { 204: { description: 'Pods that start from then on read it' } },
    refusals: [404],
  })
  put(
    @RequestCtx() ctx: Ctx,
    @Param('name', { schema: secretName }) name: string,
    @Body({ schema: secretBody }) { cell, value }: TwinSecretValue,
  ): Command {
    return async (tx) => {
      const twin = await this.twins.within(tx, cell);
      await this.audit.record(ctx, tx, { action: 'twin.secret.put', subject: name, detail: { cell } });
      await twin.putSecret(name, value);
      return new Answer(204, undefined);
    };
  }
}
