import { Readable } from 'node:stream';
import { Controller, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { mapPage } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { exportList } from './archive-lists.js';
import { archiveBytes } from './archive-reader.js';
import { exportSchema, showExport, type ExportView } from './archive.schema.js';
import { ArchivesService } from './archives.service.js';
import { byteRange } from './byte-range.js';

const tag = 'data life';
const readers = ['admin', 'operator', 'viewer', 'tenant-admin'] as const;
const owners = ['admin', 'operator', 'tenant-admin'] as const;
const purposes = ['export'] as const;
const listQuery = exportList.query();

/** A tenant's rows for the tenant itself. */
@Controller()
export class ExportsController {
  constructor(private readonly archives: ArchivesService) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/exports',
    operationId: 'createExport',
    tag,
    summary: 'Export a tenant’s rows into a file to download',
    description:
      'One at a time. A client’s own admin may have five exports; each is kept for a week, or until it is removed.',
    access: owners,
    responses: startsOperation,
    refusals: [409],
  })
  create(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.archives.export(ctx, tx, id));
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/exports',
    operationId: 'listExports',
    tag,
    summary: 'List a tenant’s exports, newest first',
    access: readers,
    responses: { 200: { description: 'A page of exports', schema: pageSchema(exportSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<ExportView>> {
    return mapPage(await this.archives.list(ctx, id, purposes, exportList.request(query)), showExport);
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/exports/:export',
    operationId: 'getExport',
    tag,
    summary: 'Get an export',
    access: readers,
    responses: { 200: { description: 'The export', schema: exportSchema } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('export') exportId: string,
  ): Promise<ExportView> {
    return showExport(await this.archives.get(ctx, id, purposes, exportId));
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/exports/:export/content',
    operationId: 'downloadExport',
    tag,
    summary: 'Download an export: lines of JSON, compressed with gzip',
    description:
      'A download that breaks off goes on with Range and If-Range. Repr-Digest has the SHA-256 of the whole file (RFC 9530).',
    access: owners,
    responses: {
      200: { description: 'The file', contentType: 'application/gzip', headers: ['ETag'] },
      206: {
        description: 'The part that Range asks for',
        contentType: 'application/gzip',
        headers: ['ETag'],
      },
    },
    refusals: [409],
  })
  async download(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('export') exportId: string,
    @Headers('range') range: string | undefined,
    @Headers('if-range') ifRange: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { archive, stored, target } = await this.archives.stored(ctx, id, purposes, exportId);
    const digest = archive.sha256 ?? '';
    const etag = `"${digest}"`;
    const wanted = ifRange !== undefined && ifRange !== etag ? 'all' : byteRange(range, archive.bytes);
    const part = wanted === 'all' || wanted === 'none' ? undefined : wanted;
    void reply.headers({
      etag,
      'accept-ranges': 'bytes',
      'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
      'cache-control': 'private, no-store',
    });
    if (part) {
      void reply.status(206);
      void reply.header('content-range', `bytes ${part.first}-${part.last}/${archive.bytes}`);
    }
    return new StreamableFile(Readable.from(archiveBytes(target, stored, part), { objectMode: false }), {
      type: 'application/gzip',
      disposition: `attachment; filename="${exportId}.ndjson.gz"`,
      length: part ? part.last - part.first + 1 : archive.bytes,
    });
  }

  @Route({
    method: 'DELETE',
    path: '/v1/tenants/:id/exports/:export',
    operationId: 'deleteExport',
    tag,
    summary: 'Remove an export',
    access: owners,
    responses: { 204: { description: 'Removed' } },
    refusals: [409],
  })
  remove(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('export') exportId: string): Command {
    return async (tx) => {
      await this.archives.remove(ctx, tx, id, purposes, exportId);
      return new Answer(204, undefined);
    };
  }
}
