import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { mapPage } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { backupList } from './archive-lists.js';
import {
  backupSchema,
  newBackupBody,
  showBackup,
  type BackupView,
  type NewBackup,
} from './archive.schema.js';
import { ArchivesService } from './archives.service.js';

const tag = 'data life';
const readers = ['admin', 'operator', 'viewer', 'tenant-admin'] as const;
const changers = ['admin', 'operator'] as const;
const purposes = ['backup', 'safeguard'] as const;
const listQuery = backupList.query();

/** Backups of one tenant's rows, and the way back to one. */
@Controller()
export class BackupsController {
  constructor(private readonly archives: ArchivesService) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/backups',
    operationId: 'createBackup',
    tag,
    summary: 'Back up a tenant’s rows now',
    description: 'Each row is whole; rows that are written meanwhile are in it or not.',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  create(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: newBackupBody }) { keepDays }: NewBackup,
  ): Command {
    return async (tx) => accepted(await this.archives.backUp(ctx, tx, id, keepDays, 'request'));
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/backups',
    operationId: 'listBackups',
    tag,
    summary: 'List a tenant’s backups, newest first',
    access: readers,
    responses: { 200: { description: 'A page of backups', schema: pageSchema(backupSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<BackupView>> {
    return mapPage(await this.archives.list(ctx, id, purposes, backupList.request(query)), showBackup);
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/backups/:backup',
    operationId: 'getBackup',
    tag,
    summary: 'Get a backup',
    access: readers,
    responses: { 200: { description: 'The backup', schema: backupSchema } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Param('backup') backup: string,
  ): Promise<BackupView> {
    return showBackup(await this.archives.get(ctx, id, purposes, backup));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/tenants/:id/backups/:backup',
    operationId: 'deleteBackup',
    tag,
    summary: 'Remove a backup for ever; its objects go within a minute or two',
    access: ['admin'],
    responses: { 204: { description: 'Removed' } },
    refusals: [409],
  })
  remove(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('backup') backup: string): Command {
    return async (tx) => {
      await this.archives.remove(ctx, tx, id, purposes, backup);
      return new Answer(204, undefined);
    };
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/backups/:backup/restore',
    operationId: 'restoreBackup',
    tag,
    summary: 'Bring a suspended tenant’s rows back to what a backup has of them',
    description:
      'What is there now is put aside as a safeguard before. Columns that a template counts with (keepGreater) keep the greater number of both. No other tenant’s rows are touched.',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  restore(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('backup') backup: string): Command {
    return async (tx) => accepted(await this.archives.restore(ctx, tx, id, backup));
  }
}
