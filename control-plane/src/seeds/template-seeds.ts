import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { loadManifest, type TemplateManifest } from '@leasehold/template-manifest';
import { CatalogService } from '../catalog/catalog.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TARGETS, type PushedImage, type Targets } from '../targets/target.js';

/** Registers the templates that were built on this machine: their image goes to the cell, their release to the catalog. */
@Injectable()
export class TemplateSeeds {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly catalog: CatalogService,
    @Inject(TARGETS) private readonly targets: Targets,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async plant(ctx: Ctx, cell: string): Promise<void> {
    for (const folder of await builtImages(this.settings.LEASEHOLD_TEMPLATES_DIR)) {
      const manifest = await loadManifest(folder);
      const image = await this.targets.of(cell).pushImage(folder);
      await this.#register(ctx, manifest, image);
    }
  }

  /** One transaction a template; a start that runs at once finds what the other one has written. */
  async #register(ctx: Ctx, manifest: TemplateManifest, image: PushedImage): Promise<void> {
    await this.uow
      .run(ctx, async (tx) => {
        if (!(await this.catalog.hasTemplate(tx, manifest.name))) {
          const { name, description } = manifest;
          await this.catalog.addTemplate(ctx, tx, { name, displayName: titled(name), description });
        }
        const registered = await this.catalog.releaseFor(tx, manifest.name, manifest.version);
        const version = versionFor(manifest.version, registered?.image, image);
        if (version === undefined || (await this.catalog.releaseFor(tx, manifest.name, version))) return;
        await this.catalog.addRelease(ctx, tx, manifest.name, {
          version,
          image: image.reference,
          manifest: { ...manifest },
        });
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppError) || error.kind !== 'conflict') throw error;
      });
  }
}

/**
 * The version under which an image is registered: its own; while it is being worked on, and its content differs from what
 * has this version, the version with the content's digest behind it. Undefined when it is registered already.
 */
export function versionFor(
  version: string,
  registeredImage: string | undefined,
  image: PushedImage,
): string | undefined {
  if (registeredImage === undefined) return version;
  if (registeredImage === image.reference) return undefined;
  return `${version}+${image.digest.replace(/^sha256:/, '').slice(0, 8)}`;
}

async function builtImages(templates: string): Promise<string[]> {
  const names = await readdir(templates).catch(() => []);
  const folders = names.sort().map((name) => join(templates, name, 'dist', 'image'));
  const present = await Promise.all(folders.map((folder) => isFile(join(folder, 'template.json'))));
  return folders.filter((_, index) => present[index]);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
