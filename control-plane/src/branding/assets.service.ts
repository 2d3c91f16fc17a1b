import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  imageTypes,
  safeImage,
  UnsafeImageError,
  type ImageType,
  type SafeImage,
} from '@leasehold/safe-branding';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { AssetsRepository, type Asset } from './assets.repository.js';
import type { AssetView } from './branding.schema.js';
import { DraftsService } from './drafts.service.js';

export type AssetSlot = AssetView['slot'];

/** Longest side in pixels; a favicon is never shown larger. */
const maxPixels: Readonly<Record<AssetSlot, number>> = { logo: 2_048, favicon: 512 };
const endings: Readonly<Record<ImageType, string>> = { 'image/svg+xml': 'svg', 'image/png': 'png' };

/** Logos and favicons: written anew before anything keeps them, and named by their content. */
@Injectable()
export class AssetsService {
  readonly #assets = new AssetsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly drafts: DraftsService,
  ) {}

  /** Makes an upload harmless; takes up to seconds, so outside of every transaction. @throws AppError `unsafe_image` */
  async read(bytes: Buffer, contentType: string | undefined, slot: AssetSlot): Promise<SafeImage> {
    const type = imageTypes.find((known) => known === mediaType(contentType));
    if (type === undefined)
      throw new Error(`An upload of ${contentType ?? 'no type'} came past the request hooks.`);
    try {
      return await safeImage(bytes, type, { maxPixels: maxPixels[slot] });
    } catch (error) {
      if (!(error instanceof UnsafeImageError)) throw error;
      throw new AppError('not_allowed', 'unsafe_image', {
        publicMessage: error.message,
        errors: [{ pointer: '', message: error.message }],
        cause: error,
      });
    }
  }

  /** Keeps the picture and puts it into the tenant's draft. */
  async keep(ctx: Ctx, tx: Tx, tenantId: string, slot: AssetSlot, image: SafeImage): Promise<AssetView> {
    const bytes = Buffer.from(image.bytes);
    const name = `${createHash('sha256').update(bytes).digest('hex')}.${endings[image.type]}`;
    const size = { width: image.width ?? null, height: image.height ?? null };
    await this.#assets.insert(tx, tenantId, { name, contentType: image.type, bytes, ...size });
    await this.drafts.setPicture(ctx, tx, tenantId, slot, name);
    // Uploads that nothing shows must not pile up.
    await this.#assets.prune(tx, tenantId);
    return {
      name,
      slot,
      contentType: image.type,
      bytes: bytes.length,
      ...size,
      removed: [...image.removed],
    };
  }

  /** @throws AppError `asset_not_found` */
  async get(ctx: Ctx, tenantId: string, name: string): Promise<Asset> {
    const found = await this.uow.run(ctx, (tx) => this.#assets.find(tx, tenantId, name));
    if (found) return found;
    throw new AppError('not_found', 'asset_not_found', {
      publicMessage: `There is no picture ${name} of this tenant.`,
    });
  }
}

function mediaType(header: string | undefined): string | undefined {
  return header?.split(';', 1)[0]?.trim().toLowerCase();
}
