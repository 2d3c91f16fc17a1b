import { Inject, Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { ManifestError, parseManifest, type TemplateManifest } from '@leasehold/template-manifest';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { chartDigest } from './chart-digest.js';
import type { NewPlan, PlanView } from './plan.schema.js';
import { planList, releaseList } from './catalog-lists.js';
import { PlansRepository } from './plans.repository.js';
import type { NewRelease, NewTemplate, ReleaseView, TemplateView } from './release.schema.js';
import { TemplatesRepository, type Release } from './templates.repository.js';

export type { Release };

/** What can be given to clients: templates, their releases, plans. */
@Injectable()
export class CatalogService {
  readonly #plans = new PlansRepository();
  readonly #templates = new TemplatesRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async plan(tx: Tx, name: string): Promise<PlanView | undefined> {
    return this.#plans.find(tx, name);
  }

  /** The smallest first. */
  async plans(ctx: Ctx, request: ListRequest): Promise<Page<PlanView>> {
    return this.uow.run(ctx, (tx) => this.#plans.page(tx, request));
  }

  /** The limits that plans have, in requests a second and address, each once. */
  async rateLimits(tx: Tx): Promise<number[]> {
    return this.#plans.rateLimits(tx);
  }

  /** The longest that a plan keeps a backup, in days; null while none has backups. */
  async keepBackupsDays(tx: Tx): Promise<number | null> {
    return this.#plans.keepBackupsDays(tx);
  }

  async getPlan(ctx: Ctx, name: string): Promise<PlanView> {
    return found(await this.uow.run(ctx, (tx) => this.#plans.find(tx, name)), 'plan', name);
  }

  async addPlan(ctx: Ctx, tx: Tx, plan: NewPlan): Promise<PlanView> {
    const made = await this.#plans.insert(tx, plan);
    if (!made) throw taken('plan', plan.name);
    await this.audit.record(ctx, tx, { action: 'plan.create', subject: plan.name });
    return made;
  }

  async templates(ctx: Ctx, request: ListRequest): Promise<Page<TemplateView>> {
    return this.uow.run(ctx, (tx) => this.#templates.page(tx, request));
  }

  async template(ctx: Ctx, name: string): Promise<TemplateView> {
    return found(await this.uow.run(ctx, (tx) => this.#templates.find(tx, name)), 'template', name);
  }

  async addTemplate(ctx: Ctx, tx: Tx, template: NewTemplate): Promise<TemplateView> {
    if (!(await this.#templates.insert(tx, template))) throw taken('template', template.name);
    await this.audit.record(ctx, tx, { action: 'template.create', subject: template.name });
    return found(await this.#templates.find(tx, template.name), 'template', template.name);
  }

  async releases(ctx: Ctx, template: string, request: ListRequest): Promise<Page<ReleaseView>> {
    return this.uow.run(ctx, async (tx) => {
      found(await this.#templates.find(tx, template), 'template', template);
      return mapPage(await this.#templates.releases(tx, template, request), showRelease);
    });
  }

  async release(ctx: Ctx, template: string, version: string): Promise<ReleaseView> {
    const release = await this.uow.run(ctx, (tx) => this.#templates.findRelease(tx, template, version));
    return showRelease(found(release, 'release', `${template} ${version}`));
  }

  /** Registers a release, which never changes again. */
  async addRelease(ctx: Ctx, tx: Tx, template: string, release: NewRelease): Promise<ReleaseView> {
    found(await this.#templates.find(tx, template), 'template', template);
    const manifest = checkedManifest(template, release);
    const made = await this.#templates.insertRelease(tx, {
      id: newId('rel'),
      template,
      version: release.version,
      image: release.image,
      chartDigest: await chartDigest(join(this.settings.LEASEHOLD_CHARTS_DIR, 'tenant-app')),
      manifest,
    });
    if (!made) throw taken('release', `${template} ${release.version}`);
    await this.audit.record(ctx, tx, {
      action: 'release.create',
      subject: made.id,
      detail: { template, version: made.version, image: made.image },
    });
    return showRelease(made);
  }

  /** The named release of a template, or its newest. */
  async releaseFor(tx: Tx, template: string, version: string | undefined): Promise<Release | undefined> {
    if (version !== undefined) return this.#templates.findRelease(tx, template, version);
    return (await this.#templates.releases(tx, template, releaseList.request({ limit: 1 }))).items[0];
  }

  async releaseById(tx: Tx, id: string): Promise<Release> {
    return found(await this.#templates.findReleaseById(tx, id), 'release', id);
  }

  async hasTemplate(tx: Tx, name: string): Promise<boolean> {
    return (await this.#templates.find(tx, name)) !== undefined;
  }

  /** The named plan, or the smallest that the release offers. */
  async planFor(tx: Tx, release: Release, name: string | undefined): Promise<PlanView | undefined> {
    if (name !== undefined) return this.#plans.find(tx, name);
    return (await this.#plans.page(tx, planList.request({ limit: 500 }))).items.find(
      (plan) => plan.name in release.manifest.resources,
    );
  }
}

function checkedManifest(template: string, { version, manifest: content }: NewRelease): TemplateManifest {
  let manifest: TemplateManifest;
  try {
    manifest = parseManifest(content, '/manifest');
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new AppError('not_allowed', 'invalid_manifest', {
      publicMessage: error.message,
      errors: error.errors.map(({ pointer, message }) => ({ pointer: `/manifest${pointer}`, message })),
    });
  }
  if (manifest.name !== template) {
    throw new AppError('not_allowed', 'manifest_of_another_template', {
      publicMessage: `The manifest is of template ${manifest.name}, not of ${template}.`,
      errors: [{ pointer: '/manifest/name', message: `must be ${template}` }],
    });
  }
  if (manifest.version !== version.split('+')[0]) {
    throw new AppError('not_allowed', 'manifest_of_another_version', {
      publicMessage: `The manifest is of version ${manifest.version}, not of ${version}.`,
      errors: [{ pointer: '/manifest/version', message: `must be ${version}` }],
    });
  }
  return manifest;
}

function showRelease({ createdAt, manifest, ...release }: Release): ReleaseView {
  return { ...release, manifest: { ...manifest }, createdAt: createdAt.toISOString() };
}

function found<T>(value: T | undefined, what: string, name: string): T {
  if (value !== undefined) return value;
  throw new AppError('not_found', `${what}_not_found`, { publicMessage: `There is no ${what} ${name}.` });
}

function taken(what: string, name: string): AppError {
  return new AppError('conflict', `${what}_exists`, {
    publicMessage: `There is a ${what} ${name} already, and it is never changed by a second POST.`,
    resource: name,
  });
}
