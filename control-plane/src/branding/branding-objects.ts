import { brandingAssetObject } from '@leasehold/stacks';
import type { CellsService } from '../cells/cells.service.js';
import type { Tx } from '../platform/unit-of-work.js';
import type { Targets } from '../targets/target.js';
import { AssetsRepository, type Asset } from './assets.repository.js';
import type { StoredBranding } from './branding.repository.js';
import { assetsOf } from './published-branding.js';

/** A tenant and the cell in whose object store its branding lies. */
export interface BrandingPlace {
  readonly tenantId: string;
  readonly cell: string;
}

/** What is needed to publish a branding, read before the network is used. */
export interface PreparedBranding {
  readonly bucket: string;
  readonly assets: readonly Asset[];
}

/** Under which name those who change a tenant's objects take turns. */
export function publishLock(tenantId: string): string {
  return `branding ${tenantId}`;
}

const document = { contentType: 'application/json', cacheControl: 'no-cache' };
/** A picture's name follows from its content: it never changes. */
const forEver = 'private, max-age=31536000, immutable';

/** Branding in the object stores of cells. Pictures come first: whoever reads the object that names them finds them. */
export class BrandingObjects {
  readonly #assets = new AssetsRepository();

  constructor(
    private readonly cells: CellsService,
    private readonly targets: Targets,
  ) {}

  async prepare(tx: Tx, { tenantId, cell }: BrandingPlace, spec: StoredBranding): Promise<PreparedBranding> {
    const bucket = await this.bucket(tx, cell);
    const assets = await this.#assets.all(tx, tenantId, assetsOf(spec));
    return { bucket, assets };
  }

  async put(
    { tenantId, cell }: BrandingPlace,
    { bucket, assets }: PreparedBranding,
    object: string,
    content: unknown,
  ): Promise<void> {
    const target = this.targets.of(cell);
    await Promise.all(
      assets.map(({ name, bytes, contentType }) =>
        target.putObject(bucket, brandingAssetObject(tenantId, name), bytes, {
          contentType,
          cacheControl: forEver,
        }),
      ),
    );
    await target.putObject(bucket, object, Buffer.from(JSON.stringify(content)), document);
  }

  /** Copies the JSON documents below a prefix; pictures come with the branding that names them. @returns how many */
  async copyDocuments(
    from: { readonly cell: string; readonly bucket: string },
    to: { readonly cell: string; readonly bucket: string },
    prefix: string,
  ): Promise<number> {
    const source = this.targets.of(from.cell);
    const names = (await source.listObjects(from.bucket, prefix)).filter((name) => name.endsWith('.json'));
    for (const name of names) {
      const body = await source.getObject(from.bucket, name);
      if (body) await this.targets.of(to.cell).putObject(to.bucket, name, body, document);
    }
    return names.length;
  }

  /** @returns how many objects had the prefix */
  remove(cell: string, bucket: string, prefix: string): Promise<number> {
    return this.targets.of(cell).deleteObjects(bucket, prefix);
  }

  bucket(tx: Tx, cell: string): Promise<string> {
    return this.cells.bucket(tx, cell);
  }
}
