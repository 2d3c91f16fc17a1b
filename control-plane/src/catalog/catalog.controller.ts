import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, tagged, type Command } from '../platform/http/answer.js';
import { contentTag } from '../platform/http/etag.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { releaseList, templateList } from './catalog-lists.js';
import { CatalogService } from './catalog.service.js';
import {
  newReleaseBody,
  newTemplateBody,
  releaseSchema,
  templateSchema,
  type NewRelease,
  type NewTemplate,
  type ReleaseView,
  type TemplateView,
} from './release.schema.js';

const tag = 'catalog';

const templatesQuery = templateList.query();
const releasesQuery = releaseList.query();

@Controller()
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Route({
    method: 'GET',
    path: '/v1/templates',
    operationId: 'listTemplates',
    tag,
    summary: 'List the tenant templates',
    access: everyRole,
    responses: { 200: { description: 'A page of templates', schema: pageSchema(templateSchema) } },
  })
  async templates(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: templatesQuery }) query: z.infer<typeof templatesQuery>,
  ): Promise<Page<TemplateView>> {
    return this.catalog.templates(ctx, templateList.request(query));
  }

  @Route({
    method: 'POST',
    path: '/v1/templates',
    operationId: 'createTemplate',
    tag,
    summary: 'Add a tenant template',
    access: ['admin', 'ci'],
    responses: {
      201: {
        description: 'The template',
        schema: templateSchema,
        headers: ['Location', 'ETag', 'Idempotent-Replayed'],
      },
    },
    refusals: [409],
  })
  addTemplate(@RequestCtx() ctx: Ctx, @Body({ schema: newTemplateBody }) body: NewTemplate): Command {
    return async (tx) => {
      const made = await this.catalog.addTemplate(ctx, tx, body);
      return new Answer(201, made, { location: `/v1/templates/${made.name}`, etag: templateTag(made) });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/templates/:name',
    operationId: 'getTemplate',
    tag,
    summary: 'Get a tenant template',
    access: everyRole,
    responses: { 200: { description: 'The template', schema: templateSchema, headers: ['ETag'] } },
  })
  async template(@RequestCtx() ctx: Ctx, @Param('name') name: string): Promise<Answer<TemplateView>> {
    const template = await this.catalog.template(ctx, name);
    return tagged(template, templateTag(template));
  }

  @Route({
    method: 'GET',
    path: '/v1/templates/:name/releases',
    operationId: 'listReleases',
    tag,
    summary: 'List a template’s releases, newest first',
    access: everyRole,
    responses: { 200: { description: 'A page of releases', schema: pageSchema(releaseSchema) } },
  })
  async releases(
    @RequestCtx() ctx: Ctx,
    @Param('name') name: string,
    @Query({ schema: releasesQuery }) query: z.infer<typeof releasesQuery>,
  ): Promise<Page<ReleaseView>> {
    return this.catalog.releases(ctx, name, releaseList.request(query));
  }

  @Route({
    method: 'POST',
    path: '/v1/templates/:name/releases',
    operationId: 'createRelease',
    tag,
    summary: 'Register a release of a template',
    description: 'A release is immutable: image by digest, manifest, chart.',
    access: ['admin', 'ci'],
    responses: {
      201: {
        description: 'The release',
        schema: releaseSchema,
        headers: ['Location', 'ETag', 'Idempotent-Replayed'],
      },
    },
    refusals: [409, 422],
  })
  addRelease(
    @RequestCtx() ctx: Ctx,
    @Param('name') name: string,
    @Body({ schema: newReleaseBody }) body: NewRelease,
  ): Command {
    return async (tx) => {
      const made = await this.catalog.addRelease(ctx, tx, name, body);
      const location = `/v1/templates/${name}/releases/${encodeURIComponent(made.version)}`;
      return new Answer(201, made, { location, etag: contentTag(made) });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/templates/:name/releases/:version',
    operationId: 'getRelease',
    tag,
    summary: 'Get a release',
    access: everyRole,
    responses: { 200: { description: 'The release', schema: releaseSchema, headers: ['ETag'] } },
  })
  async release(
    @RequestCtx() ctx: Ctx,
    @Param('name') name: string,
    @Param('version') version: string,
  ): Promise<Answer<ReleaseView>> {
    const release = await this.catalog.release(ctx, name, version);
    return tagged(release, contentTag(release));
  }
}

/** Over what was given; a new release changes nothing of the template itself. */
function templateTag({ name, displayName, description }: TemplateView): string {
  return contentTag({ name, displayName, description });
}
