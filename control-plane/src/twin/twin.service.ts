import { Injectable } from '@nestjs/common';
import { InUseError, type PodRecord, type Resource } from '@leasehold/twin/target';
import { AuditService } from '../audit/audit.service.js';
import { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { TwinCells } from './twin-cells.js';
import type { TwinPod, TwinRecord, TwinResource, TwinRoute } from './twin.schema.js';

interface ResourceName {
  readonly cell: string;
  readonly type: string;
  readonly scope: string;
  readonly name: string;
}

/** A look into the local cloud of a cell, and the hand that takes something out of it. */
@Injectable()
export class TwinService {
  constructor(
    private readonly twins: TwinCells,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
  ) {}

  async inventory(
    ctx: Ctx,
    filter: { cell: string; type?: string | undefined; scope?: string | undefined },
  ): Promise<TwinResource[]> {
    const found = await (
      await this.twins.of(ctx, filter.cell)
    ).inventory.list({
      cell: filter.cell,
      ...(filter.type !== undefined && { types: [filter.type] }),
      ...(filter.scope !== undefined && { scope: filter.scope }),
    });
    return found.map(showResource);
  }

  async records(ctx: Ctx, cell: string): Promise<TwinRecord[]> {
    return (await this.twins.of(ctx, cell)).inventory.records();
  }

  async routes(ctx: Ctx, cell: string): Promise<TwinRoute[]> {
    return (await this.twins.of(ctx, cell)).inventory.routes();
  }

  async pods(ctx: Ctx, cell: string): Promise<TwinPod[]> {
    return (await (await this.twins.of(ctx, cell)).inventory.pods()).map(showPod);
  }

  /** Takes a resource away behind the engine's back, as an outage or a careless hand would: drift. */
  async remove(ctx: Ctx, tx: Tx, resource: ResourceName): Promise<void> {
    const { cell, ...key } = resource;
    const twin = await this.twins.within(tx, cell);
    await this.audit.record(ctx, tx, {
      action: 'twin.remove',
      subject: `${key.type} ${key.scope}/${key.name}`,
      detail: { ...resource },
    });
    await this.outbox.add(tx, { type: 'twin.removed', data: { ...resource } });
    const removed = await twin.inventory.remove(key).catch(asConflict);
    if (removed) return;
    throw new AppError('not_found', 'resource_not_found', {
      publicMessage: `The inventory of cell ${cell} has no ${key.type} "${key.name}" in "${key.scope}".`,
    });
  }
}

function asConflict(error: unknown): never {
  if (error instanceof InUseError)
    throw new AppError('conflict', 'resource_in_use', { publicMessage: `${error.message}.` });
  throw error;
}

function showResource(resource: Resource): TwinResource {
  const { provider, type, scope, name, externalId, owner, uid, generation, spec, status } = resource;
  return {
    ...{ provider, type, scope, name, externalId, owner, uid, generation },
    spec: { ...spec },
    status: { ...status },
    createdAt: resource.createdAt.toISOString(),
    updatedAt: resource.updatedAt.toISOString(),
  };
}

function showPod({
  name,
  namespace,
  deployment,
  phase,
  ready,
  pid,
  port,
  restarts,
  image,
  message,
}: PodRecord): TwinPod {
  return { name, namespace, deployment, phase, ready, pid, port, restarts, image, message };
}
