import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { memberList } from './member-list.js';
import {
  memberBody,
  memberPatch,
  memberSchema,
  type MemberBody,
  type MemberPatch,
  type MemberView,
} from './member.schema.js';
import { MembersService } from './members.service.js';

const tag = 'identity';
const readers = ['admin', 'operator', 'viewer', 'tenant-admin', 'tenant-viewer'] as const;
const changers = ['admin', 'operator', 'tenant-admin'] as const;
const listQuery = memberList.query();

@Controller()
export class MembersController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly members: MembersService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/members',
    operationId: 'listMembers',
    tag,
    summary: "List the members of a tenant's product, newest first",
    access: readers,
    responses: { 200: { description: 'A page of members', schema: pageSchema(memberSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<MemberView>> {
    const request = memberList.request(query);
    return this.members.list(ctx, await this.#tenantId(ctx, id), request);
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/members',
    operationId: 'addMember',
    tag,
    summary: 'Add a member: a person or a program that the product knows',
    access: changers,
    responses: { 201: { description: 'The new member', schema: memberSchema, headers: ['Location'] } },
    refusals: [409],
  })
  add(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: memberBody }) body: MemberBody,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const member = await this.members.add(ctx, tx, tenant.id, body);
      return new Answer(201, member, { location: `/v1/tenants/${tenant.id}/members/${member.id}` });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/members/:member',
    operationId: 'getMember',
    tag,
    summary: 'Get a member',
    access: readers,
    responses: { 200: { description: 'The member', schema: memberSchema } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('member') member: string,
  ): Promise<MemberView> {
    return this.members.get(ctx, await this.#tenantId(ctx, id), member);
  }

  @Route({
    method: 'PATCH',
    path: '/v1/tenants/:id/members/:member',
    operationId: 'updateMember',
    tag,
    summary: 'Change a member; what is left out stays',
    description: 'Its next tokens have the new roles; those that it has keep theirs until they end.',
    access: changers,
    responses: { 200: { description: 'The member', schema: memberSchema } },
    refusals: [409],
  })
  change(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('member') member: string,
    @Body({ schema: memberPatch }) patch: MemberPatch,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return new Answer(200, await this.members.change(ctx, tx, tenant.id, member, patch));
    };
  }

  @Route({
    method: 'DELETE',
    path: '/v1/tenants/:id/members/:member',
    operationId: 'removeMember',
    tag,
    summary: 'Remove a member; it gets no more tokens',
    access: changers,
    responses: { 204: { description: 'Removed' } },
    refusals: [409],
  })
  remove(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('member') member: string): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      await this.members.remove(ctx, tx, tenant.id, member);
      return new Answer(204, undefined);
    };
  }

  async #tenantId(ctx: Ctx, id: string): Promise<string> {
    return (await this.uow.run(ctx, (tx) => this.tenants.require(tx, id))).id;
  }
}
