import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, tagged, type Answer, type Command } from '../platform/http/answer.js';
import { contentTag } from '../platform/http/etag.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { platformRoles, type Ctx } from '../platform/request-context.js';
import { cellList } from './cell-list.js';
import { cellSchema, newCellBody, type CellView, type NewCell } from './cell.schema.js';
import { CellsService } from './cells.service.js';

const tag = 'cells';

const listQuery = cellList.query();

@Controller()
export class CellsController {
  constructor(private readonly cells: CellsService) {}

  @Route({
    method: 'GET',
    path: '/v1/cells',
    operationId: 'listCells',
    tag,
    summary: 'List the cells',
    access: platformRoles,
    responses: { 200: { description: 'A page of cells', schema: pageSchema(cellSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<CellView>> {
    return this.cells.list(ctx, cellList.request(query));
  }

  @Route({
    method: 'POST',
    path: '/v1/cells',
    operationId: 'createCell',
    tag,
    summary: 'Add a cell and prepare what its tenants share',
    access: ['admin'],
    responses: {
      202: { ...startsOperation[202], description: 'The operation' },
    },
    refusals: [409, 422],
  })
  add(@RequestCtx() ctx: Ctx, @Body({ schema: newCellBody }) body: NewCell): Command {
    return async (tx) => accepted(await this.cells.add(ctx, tx, body));
  }

  @Route({
    method: 'POST',
    path: '/v1/cells/:name/apply',
    operationId: 'applyCell',
    tag,
    summary: 'Bring what a cell’s tenants share to the newest form, the limits of all plans among it',
    access: ['admin'],
    responses: {
      202: { ...startsOperation[202], description: 'The operation' },
    },
    refusals: [409],
  })
  apply(@RequestCtx() ctx: Ctx, @Param('name') name: string): Command {
    return async (tx) => accepted(await this.cells.applyAgain(ctx, tx, name));
  }

  @Route({
    method: 'GET',
    path: '/v1/cells/:name',
    operationId: 'getCell',
    tag,
    summary: 'Get a cell',
    access: platformRoles,
    responses: { 200: { description: 'The cell', schema: cellSchema, headers: ['ETag'] } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('name') name: string): Promise<Answer<CellView>> {
    const cell = await this.cells.get(ctx, name);
    return tagged(cell, cellTag(cell));
  }
}

function cellTag({ name, environment, region, target, domain, capacity }: CellView): string {
  return contentTag({ name, environment, region, target, domain, capacity });
}
