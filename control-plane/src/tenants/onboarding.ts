import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { newPrefix } from '@leasehold/tenant-data';
import { namespaceOf } from '@leasehold/stacks';
import { validateParameters } from '@leasehold/template-manifest';
import { AuditService } from '../audit/audit.service.js';
import { BrandingService } from '../branding/branding.service.js';
import { CatalogService, type Release } from '../catalog/catalog.service.js';
import type { PlanView } from '../catalog/plan.schema.js';
import { CellsService, type Cell } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError, type FieldError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { isWithin, platformHostname } from './hostname.js';
import { isReservedSlug } from './reserved-slugs.js';
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
    await this.branding.create(tx, id, wanted.branding, wanted.displayName);
    await this.audit.record(ctx, tx, {
      action: 'tenant.create',
      subject: id,
      tenantId: id,
      detail: { slug: wanted.slug },
    });
    await this.outbox.add(tx, {
      type: 'tenant.created',
      tenantId: id,
      data: { slug: wanted.slug, state: 'provisioning' },
    });
    return this.operations.start(ctx, tx, {
      kind: 'tenant.create',
      subject: id,
      tenantId: id,
      input: { tenantId: id },
    });
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
      state: 'provisioning',
      releaseId: release.id,
      plan: plan.name,
      cell: cell.name,
      rowKeyPrefix,
      parameters,
      contact: wanted.contact,
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
    if (!(await this.#repository.claimPrefix(tx, rowKeyPrefix, id, namespaceOf(wanted.slug)))) {
      throw new Error(`The row-key prefix ${rowKeyPrefix} was drawn twice.`);
    }
  }
}

function unknownPlan(name: string | undefined): string {
  return name === undefined
    ? 'The release offers none of the plans; name one that it offers.'
    : `There is no plan "${name}"; GET /v1/plans lists them.`;
}

function requireOffer({ template, version, manifest }: Release, plan: PlanView): void {
  if (plan.name in manifest.resources) return;
  const offered = Object.keys(manifest.resources).join(', ');
  throw refused(
    'plan_not_offered',
    '/plan',
    `${template} ${version} is not offered in the plan "${plan.name}"; it is in ${offered}.`,
  );
}

function requireHostnameRoom(plan: PlanView, hostnames: readonly string[]): void {
  if (new Set(hostnames).size <= plan.maxHostnames) return;
  throw refused(
    'too_many_hostnames',
    '/hostnames',
    `The plan "${plan.name}" allows ${plan.maxHostnames} hostnames of the client's own.`,
  );
}

function checkedParameters(release: Release, given: unknown): Record<string, unknown> {
  const result = validateParameters(release.manifest, given);
  if (result.ok) return result.values;
  const errors = result.errors.map(({ pointer, message }) => ({ pointer: `/parameters${pointer}`, message }));
  throw new AppError('not_allowed', 'invalid_parameters', {
    publicMessage: `The parameters do not fit ${release.template} ${release.version}: ${errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`,
    errors,
  });
}

/** Names below a domain of the platform are given by slug alone: otherwise one client could take another's. */
function refusePlatformNames(hostnames: readonly string[], own: string, domains: readonly string[]): void {
  const errors: FieldError[] = hostnames.flatMap((hostname, index) => {
    const domain = hostname === own ? undefined : domains.find((known) => isWithin(hostname, known));
    return domain === undefined
      ? []
      : [{ pointer: `/hostnames/${index}`, message: `is below ${domain}, whose names follow from slugs` }];
  });
  if (errors.length === 0) return;
  throw new AppError('not_allowed', 'hostname_of_the_platform', {
    publicMessage: `Of the platform's own names this tenant can only have ${own}.`,
    errors,
  });
}

function refused(code: string, pointer: string, sentence: string): AppError {
  return new AppError('not_allowed', code, {
    publicMessage: sentence,
    errors: [{ pointer, message: sentence }],
  });
}

function taken(code: string, pointer: string, sentence: string, resource: string): AppError {
  return new AppError('conflict', code, {
    publicMessage: sentence,
    errors: [{ pointer, message: sentence }],
    resource,
  });
}
