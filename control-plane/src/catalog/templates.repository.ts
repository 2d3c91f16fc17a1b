import { dayOf, isExpired, type TemplateManifest } from '@leasehold/template-manifest';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { row, type Tx } from '../platform/unit-of-work.js';
import type { NewTemplate, TemplateView } from './release.schema.js';

export interface Release {
  readonly id: string;
  readonly template: string;
  readonly version: string;
  /** Image reference with digest. */
  readonly image: string;
  readonly chartDigest: string;
  readonly manifest: TemplateManifest;
  readonly createdAt: Date;
}

interface TemplateRow {
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly latest: string | null;
  readonly flags: TemplateManifest['flags'] | null;
  readonly created_at: Date;
}

interface ReleaseRow {
  readonly id: string;
  readonly template: string;
  readonly version: string;
  readonly image: string;
  readonly chart_digest: string;
  readonly manifest: TemplateManifest;
  readonly created_at: Date;
}

const releaseColumns = 'id, template, version, image, chart_digest, manifest, created_at';
const selectTemplates = `
  select t.name, t.display_name, t.description, t.created_at, r.version as latest, r.manifest -> 'flags' as flags
  from leasehold.templates t left join lateral (
    select version, manifest from leasehold.releases where template = t.name order by id desc limit 1) r on true`;

export class TemplatesRepository {
  /** @returns false when the name is taken. */
  async insert(tx: Tx, template: NewTemplate): Promise<boolean> {
    const made = await row(
      tx,
      `insert into leasehold.templates (name, display_name, description) values ($1, $2, $3)
       on conflict (name) do nothing returning 1`,
      [template.name, template.displayName, template.description],
    );
    return made !== undefined;
  }

  async find(tx: Tx, name: string): Promise<TemplateView | undefined> {
    const found = await row<TemplateRow>(tx, `${selectTemplates} where t.name = $1`, [name]);
    return found && toTemplate(found);
  }

  async page(tx: Tx, request: ListRequest): Promise<Page<TemplateView>> {
    return mapPage(await request.page<TemplateRow>(tx, { sql: selectTemplates }), toTemplate);
  }

  /** @returns undefined when the template has this version already. */
  async insertRelease(tx: Tx, release: Omit<Release, 'createdAt'>): Promise<Release | undefined> {
    const made = await row<ReleaseRow>(
      tx,
      `insert into leasehold.releases (id, template, version, image, chart_digest, manifest)
       values ($1, $2, $3, $4, $5, $6) on conflict (template, version) do nothing returning ${releaseColumns}`,
      [
        release.id,
        release.template,
        release.version,
        release.image,
        release.chartDigest,
        JSON.stringify(release.manifest),
      ],
    );
    return made && toRelease(made);
  }

  async findRelease(tx: Tx, template: string, version: string): Promise<Release | undefined> {
    const found = await row<ReleaseRow>(
      tx,
      `select ${releaseColumns} from leasehold.releases where template = $1 and version = $2`,
      [template, version],
    );
    return found && toRelease(found);
  }

  async findReleaseById(tx: Tx, id: string): Promise<Release | undefined> {
    const found = await row<ReleaseRow>(
      tx,
      `select ${releaseColumns} from leasehold.releases where id = $1`,
      [id],
    );
    return found && toRelease(found);
  }

  async releases(tx: Tx, template: string, request: ListRequest): Promise<Page<Release>> {
    const sql = `select ${releaseColumns} from leasehold.releases where template = $1`;
    return mapPage(await request.page<ReleaseRow>(tx, { sql, parameters: [template] }), toRelease);
  }
}

function toTemplate(found: TemplateRow): TemplateView {
  return {
    name: found.name,
    displayName: found.display_name,
    description: found.description,
    latestRelease: found.latest,
    flags: (found.flags ?? []).map((flag) => ({ ...flag, expired: isExpired(flag, dayOf(new Date())) })),
    createdAt: found.created_at.toISOString(),
  };
}

function toRelease(found: ReleaseRow): Release {
  return {
    id: found.id,
    template: found.template,
    version: found.version,
    image: found.image,
    chartDigest: found.chart_digest,
    manifest: found.manifest,
    createdAt: found.created_at,
  };
}
