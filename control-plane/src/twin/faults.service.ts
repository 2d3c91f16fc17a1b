import { Injectable } from '@nestjs/common';
import { knownType } from '@leasehold/twin/target';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { showFault, type NewTwinFault, type TwinFault } from './faults.schema.js';
import { TwinCells } from './twin-cells.js';

/** Tells the local clouds to fail, so that one can see what the platform makes of it. */
@Injectable()
export class FaultsService {
  constructor(
    private readonly twins: TwinCells,
    private readonly audit: AuditService,
  ) {}

  async list(ctx: Ctx, cell: string): Promise<TwinFault[]> {
    return (await (await this.twins.of(ctx, cell)).faults.list()).map(showFault);
  }

  /** @throws AppError `unknown_resource_type` */
  async add(ctx: Ctx, tx: Tx, { cell, until, ...rule }: NewTwinFault): Promise<TwinFault> {
    const twin = await this.twins.within(tx, cell);
    if (rule.type !== undefined && !knownType(rule.type)) {
      throw new AppError('not_allowed', 'unknown_resource_type', {
        publicMessage: `The twin has no resources of the type ${rule.type}; GET /v1/twin/inventory shows the types that are there.`,
        errors: [{ pointer: '/type', message: 'must be a type that the twin knows' }],
      });
    }
    await this.audit.record(ctx, tx, {
      action: 'twin.fault.add',
      subject: `cell ${cell}`,
      detail: { ...rule, ...(until === undefined ? {} : { until }) },
    });
    const draft = { ...rule, until: until === undefined ? undefined : new Date(until) };
    return showFault(await twin.faults.add(draft));
  }

  async remove(ctx: Ctx, tx: Tx, cell: string, id: string): Promise<void> {
    const twin = await this.twins.within(tx, cell);
    await this.audit.record(ctx, tx, {
      action: 'twin.fault.remove',
      subject: `cell ${cell}`,
      detail: { id },
    });
    if (/^\d{1,18}$/.test(id) && (await twin.faults.remove(id))) return;
    throw new AppError('not_found', 'fault_not_found', {
      publicMessage: `The cell ${cell} has no fault ${id}.`,
    });
  }
}
