import { Body, Controller, Headers, Param } from '@nestjs/common';
import { z } from 'zod';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { MovesService } from './moves.service.js';

const moveBody = z
  .strictObject({ cell: z.string().min(1).max(64).describe('The cell that the tenant is to live in.') })
  .meta({ id: 'Move' });
type Move = z.output<typeof moveBody>;

/** A tenant's way to another cell. */
@Controller()
export class MovesController {
  constructor(private readonly moves: MovesService) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/move',
    operationId: 'moveTenant',
    tag: 'data life',
    summary: 'Move a tenant to another cell, with its rows, archives and names',
    description:
      'Its names answer with the holding page while its rows are copied and compared. A failure before the switch brings it back where it was; after the switch the operation goes forwards by a resume. What the old cell had is erased, with proof.',
    access: ['admin', 'operator'],
    ifMatch: true,
    responses: { 202: { ...startsOperation[202], headers: ['Location'] } },
    refusals: [409, 422, 503],
  })
  move(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string,
    @Body({ schema: moveBody }) { cell }: Move,
  ): Command {
    return async (tx) => accepted(await this.moves.move(ctx, tx, id, { cell, ifMatch }));
  }
}
