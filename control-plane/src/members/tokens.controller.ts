import { Body, Controller, Param } from '@nestjs/common';
import type { z } from 'zod';
import {
  memberTokenBody,
  tokenBody,
  tokenSchema,
  type IssuedToken,
  type TokenBody,
} from '../issuers/issuer.schema.js';
import { IssuersService } from '../issuers/issuers.service.js';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route, type ResponseSpec } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { MembersService } from './members.service.js';

const tag = 'identity';
/** A token acts as its subject: not everybody who operates the platform may do that. */
const issuers = ['admin', 'tenant-admin'] as const;
const issued: Readonly<Record<number, ResponseSpec>> = {
  201: { description: 'The token', schema: tokenSchema, headers: ['Idempotent-Replayed'] },
};

/** Short tokens for a client's product. */
@Controller()
export class TokensController {
  constructor(
    private readonly tenants: TenantsService,
    private readonly members: MembersService,
    private readonly issuers: IssuersService,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/members/:member/tokens',
    operationId: 'createMemberToken',
    tag,
    summary: 'Issue a short token for a member, with the roles that it has now',
    access: issuers,
    responses: issued,
    refusals: [409],
  })
  forMember(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('member') member: string,
    @Body({ schema: memberTokenBody }) { minutes }: z.infer<typeof memberTokenBody>,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return shownOnce(await this.members.issueToken(ctx, tx, tenant.id, member, minutes));
    };
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/tokens',
    operationId: 'createToken',
    tag,
    summary: 'Issue a short token for any subject, with roles',
    description: 'For subjects that are no members: jobs, tests, the accounts of another system.',
    access: issuers,
    responses: issued,
    refusals: [409],
  })
  forSubject(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: tokenBody }) body: TokenBody,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return shownOnce(await this.issuers.issue(ctx, tx, tenant.id, body));
    };
  }
}

function shownOnce(token: IssuedToken): Answer {
  return new Answer(201, token, { 'cache-control': 'no-store' }, { ...token, token: null });
}
