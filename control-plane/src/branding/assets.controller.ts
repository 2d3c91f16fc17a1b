import { Body, Controller, Headers, Param } from '@nestjs/common';
import { z } from 'zod';
import { imageTypes } from '@leasehold/safe-branding';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { AppError } from '../platform/app-error.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AssetsService, type AssetSlot } from './assets.service.js';
import { assetSchema } from './branding.schema.js';
import { assetHeaders } from './published-branding.js';

const tag = 'branding';
const imageBody = z.custom<Buffer>(
  (value) => Buffer.isBuffer(value) && value.length > 0,
  'must be a picture',
);

/** Logos and favicons. */
@Controller()
export class BrandingAssetsController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly assets: AssetsService,
  ) {}

  @Route({
    method: 'PUT',
    path: '/v1/tenants/:id/branding/assets/:asset',
    operationId: 'putBrandingAsset',
    tag,
    summary: 'Upload a logo or favicon into the draft of the branding',
    description:
      'The asset is logo or favicon. An SVG is written anew without what could run, refer to other files or be slow to draw; of a PNG only the pixels are kept. Publish the draft to show it.',
    access: ['admin', 'operator', 'tenant-admin'],
    takes: imageTypes,
    responses: { 200: { description: 'The picture as it is kept', schema: assetSchema } },
    refusals: [409, 422],
  })
  async put(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('asset') slotName: string,
    @Headers('content-type') contentType: string | undefined,
    @Body({ schema: imageBody }) bytes: Buffer,
  ): Promise<Command> {
    const slot = readSlot(slotName);
    // Before the work: nobody makes us read pictures for a tenant that is not theirs.
    await this.uow.run(ctx, (tx) => this.tenants.requireLiving(tx, id));
    const image = await this.assets.read(bytes, contentType, slot);
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      return new Answer(200, await this.assets.keep(ctx, tx, tenant.id, slot, image));
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/branding/assets/:asset',
    operationId: 'getBrandingAsset',
    tag,
    summary: 'Get a picture of the branding by its name',
    access: everyRole,
    responses: { 200: { description: 'An SVG or a PNG', contentType: 'image/*' } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('asset') name: string,
  ): Promise<Answer<Buffer>> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    const { bytes, contentType } = await this.assets.get(ctx, tenant.id, name);
    return new Answer(200, bytes, { ...assetHeaders, 'content-type': contentType });
  }
}

function readSlot(name: string): AssetSlot {
  if (name === 'logo' || name === 'favicon') return name;
  throw new AppError('not_found', 'slot_not_found', {
    publicMessage: `There is no picture "${name.slice(0, 40)}" in a branding; there are logo and favicon.`,
  });
}
