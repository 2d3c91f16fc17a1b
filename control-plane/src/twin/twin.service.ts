import { Injectable } from '@nestjs/common';
import {
  InUseError,
  InvalidResourceError,
  MissingReferenceError,
  PathError,
  type PodRecord,
  type Resource,
} from '@leasehold/twin/target';
import { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { TwinCells } from './twin-cells.js';
import type { TwinChange, TwinInvalidation } from './change.schema.js';
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

  /** Writes one field of a resource behind the engine's back, as a careless hand would: drift that a refresh finds. */
  async change(ctx: Ctx, tx: Tx, { cell, path, value, ...key }: TwinChange): Promise<TwinResource> {
    const twin = await this.twins.within(tx, cell);
    await this.audit.record(ctx, tx, {
      action: 'twin.change',
      subject: `${key.type} ${key.scope}/${key.name}`,
      detail: { cell, ...key, path },
    });
    const changed = await twin.inventory.set(key, path, anyJson.parse(value)).catch(asRefusal);
    if (changed) return showResource(changed);
    throw resourceNotFound(cell, key);
  }

  /** Lets the edge forget what it keeps of a hostname. */
  async invalidate(ctx: Ctx, tx: Tx, { cell, host, path }: TwinInvalidation): Promise<void> {
    const twin = await this.twins.within(tx, cell);
    await this.audit.record(ctx, tx, {
      action: 'twin.cache.invalidate',
      subject: host,
      detail: { cell, path },
    });
    await twin.invalidateCache(host, path);
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
    throw resourceNotFound(cell, key);
  }
}

const anyJson = z.json().optional();

/** What the cloud, or the path itself, has against a change. */
function asRefusal(error: unknown): never {
  const refused = [PathError, InvalidResourceError, MissingReferenceError].some(
    (type) => error instanceof type,
  );
  if (refused && error instanceof Error)
    throw new AppError('not_allowed', 'change_refused', { publicMessage: `${error.message}.` });
  throw error;
}

function asConflict(error: unknown): never {
  if (error instanceof InUseError)
    throw new AppError('conflict', 'resource_in_use', { publicMessage: `${error.message}.` });
  throw error;
}

function resourceNotFound(cell: string, { type, scope, name }: Omit<ResourceName, 'cell'>): AppError {
  return new AppError('not_found', 'resource_not_found', {
    publicMessage: `The inventory of cell ${cell} has no ${type} "${name}" in "${scope}".`,
  });
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
