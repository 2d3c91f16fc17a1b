import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { issuerBody, issuerSchema, rotationBody, type IssuerBody, type IssuerView } from './issuer.schema.js';
import { IssuersService } from './issuers.service.js';
import { learnIssuer } from './own-issuer.js';

const tag = 'identity';
const changers = ['admin', 'operator', 'tenant-admin'] as const;

/** Whose tokens a client's product takes. */
@Controller()
export class IssuersController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly issuers: IssuersService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/issuer',
    operationId: 'getIssuer',
    tag,
    summary: "Get the issuer whose tokens the tenant's product takes",
    access: everyRole,
    responses: { 200: { description: 'The issuer, without its private keys', schema: issuerSchema } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<IssuerView> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    return this.issuers.get(ctx, tenant.id);
  }

  @Route({
    method: 'PUT',
    path: '/v1/tenants/:id/issuer',
    operationId: 'putIssuer',
    tag,
    summary: 'Name the issuer: the one of the platform, or one of its own',
    description:
      "An issuer of the tenant's own must have a discovery document at a public address, or name its keys. They are fetched here and again every five minutes; pods never ask it.",
    access: changers,
    responses: { 200: { description: 'The issuer', schema: issuerSchema } },
    refusals: [409, 422],
  })
  async put(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: issuerBody }) body: IssuerBody,
  ): Promise<Command> {
    // Before the network: nobody makes us ask for a tenant that is not theirs.
    await this.uow.run(ctx, (tx) => this.tenants.requireLiving(tx, id));
    const reach = this.settings.LEASEHOLD_WEBHOOK_REACH;
    const { kind } = body;
    const own = kind === 'oidc' ? await learnIssuer({ ...body, kind }, reach, ctx.signal) : undefined;
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return new Answer(200, await this.issuers.put(ctx, tx, tenant.id, own));
    };
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/issuer/rotate',
    operationId: 'rotateIssuerKey',
    tag,
    summary: "Make a new signing key of the tenant's issuer",
    description:
      'It signs ten minutes later, when everybody who verifies has it; the earlier key stays published until its last token has ended. With withdraw, for a key that has leaked, nothing that was signed before counts any more.',
    access: changers,
    responses: { 200: { description: 'The issuer with its keys', schema: issuerSchema } },
    refusals: [409],
  })
  rotate(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: rotationBody }) { withdraw }: z.infer<typeof rotationBody>,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return new Answer(200, await this.issuers.rotate(ctx, tx, tenant.id, withdraw));
    };
  }
}
