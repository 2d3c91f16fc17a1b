import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { newPrefix } from '@leasehold/tenant-data';
import { namespaceOf } from '@leasehold/stacks';
import { AuditService } from '../audit/audit.service.js';
import { BrandingService } from '../branding/branding.service.js';
import { CatalogService, type Release } from '../catalog/catalog.service.js';
import type { PlanView } from '../catalog/plan.schema.js';
import { CellsService, type Cell } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { platformHostname } from './hostname.js';
import { isReservedSlug } from './reserved-slugs.js';
import {
  checkedParameters,
  checkedSecrets,
  refused,
  refusePlatformNames,
  requireHostnameRoom,
  requireOffer,
  taken,
  unknownPlan,
} from './spec-checks.js';
import type { NewTenant } from './tenant.schema.js';
import { TenantsRepository } from './tenants.repository.js';

interface Choice {
  readonly release: Release;
  readonly plan: PlanView;
  readonly cell: Cell;
  readonly parameters: Record<string, unknown>;
}

/**
 * Takes a new client in: checks what only the data can say, reserves slug, hostnames and row-key prefix, and starts the
 * operation that does the rest. All of it in the caller's transaction.
 */
@Injectable()
export class Onboarding {
  readonly #repository = new TenantsRepository();

  constructor(
    private readonly catalog: CatalogService,
    private readonly cells: CellsService,
    private readonly branding: BrandingService,
    private readonly operations: OperationsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
  ) {}

  async begin(ctx: Ctx, tx: Tx, wanted: NewTenant): Promise<Operation> {
    if (isReservedSlug(wanted.slug)) {
      throw refused('slug_reserved', '/slug', `The slug "${wanted.slug}" is reserved; choose another one.`);
    }
    const choice = await this.#choose(tx, wanted);
    const id = newId('ten');
    await this.#reserve(tx, id, wanted, choice);
    await this.branding.create(ctx, tx, id, wanted.branding, wanted.displayName);
    await this.audit.record(ctx, tx, {
      action: 'tenant.create',
      subject: id,
      tenantId: id,
      detail: { slug: wanted.slug },
    });
    await this.outbox.add(tx, {
      type: 'tenant.created',
      tenantId: id,
      data: { slug: wanted.slug, state: firstState(choice.plan) },
    });
    const operation = await this.operations.start(ctx, tx, {
      kind: 'tenant.create',
      subject: id,
      tenantId: id,
      input: { tenantId: id },
      onFailure: wanted.onFailure,
      needsApproval: choice.plan.approval,
    });
    await this.cells.claimPlace(tx, choice.cell.name, wanted.cell);
    return operation;
  }

  /** Everything that is wrong is found before anything is written. */
  async #choose(tx: Tx, wanted: NewTenant): Promise<Choice> {
    if (!(await this.catalog.hasTemplate(tx, wanted.template))) {
      throw refused(
        'unknown_template',
        '/template',
        `There is no template "${wanted.template}"; GET /v1/templates lists them.`,
      );
    }
    const release = await this.catalog.releaseFor(tx, wanted.template, wanted.release);
    if (!release) {
      const which = wanted.release === undefined ? 'no release yet' : `no release "${wanted.release}"`;
      throw refused('unknown_release', '/release', `The template "${wanted.template}" has ${which}.`);
    }
    const plan = await this.catalog.planFor(tx, release, wanted.plan);
    if (!plan) throw refused('unknown_plan', '/plan', unknownPlan(wanted.plan));
    requireOffer(release, plan);
    requireHostnameRoom(plan, wanted.hostnames);
    const parameters = checkedParameters(release, wanted.parameters);
    checkedSecrets(release, wanted.slug, wanted.secretRefs);
    return { release, plan, parameters, cell: await this.cells.place(tx, wanted.cell) };
  }

  async #reserve(
    tx: Tx,
    id: string,
    wanted: NewTenant,
    { release, plan, cell, parameters }: Choice,
  ): Promise<void> {
    const own = platformHostname(wanted.slug, cell.domain);
    const custom = [...new Set(wanted.hostnames)].filter((name) => name !== own);
    refusePlatformNames(wanted.hostnames, own, await this.cells.domains(tx));
    const rowKeyPrefix = newPrefix(randomBytes);
    const made = await this.#repository.insert(tx, {
      ...wanted,
      id,
      state: firstState(plan),
      releaseId: release.id,
      plan: plan.name,
      cell: cell.name,
      rowKeyPrefix,
      parameters,
      contact: wanted.contact,
      expiresAt: wanted.expiresAt,
    });
    if (!made) throw taken('slug_taken', '/slug', `The slug "${wanted.slug}" is taken.`, wanted.slug);
    const claimed = new Set(await this.#repository.claimHostnames(tx, id, own, custom));
    const lost = [own, ...custom].find((name) => !claimed.has(name));
    if (lost !== undefined) {
      const index = wanted.hostnames.indexOf(lost);
      throw taken(
        'hostname_taken',
        index < 0 ? '/slug' : `/hostnames/${index}`,
        `The hostname ${lost} belongs to another tenant.`,
        lost,
      );
    }
    // 50 random bits: a second one in use is a defect, not bad luck.
    const owner = { tenantId: id, namespace: namespaceOf(wanted.slug), cell: cell.name };
    if (!(await this.#repository.claimPrefix(tx, rowKeyPrefix, owner))) {
      throw new Error(`The row-key prefix ${rowKeyPrefix} was drawn twice.`);
    }
  }
}

/** Where the plan asks for an approval, nothing begins before it. */
function firstState({ approval }: PlanView): 'requested' | 'provisioning' {
  return approval ? 'requested' : 'provisioning';
}
