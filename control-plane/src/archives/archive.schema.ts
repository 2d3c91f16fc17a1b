import { z } from 'zod';
import { archiveCauses, archiveStates, type Archive } from './archive.js';

/** A backup without a number of days is kept for so many. */
export const defaultKeepDays = 30;
/** An export is fetched once. */
export const exportKeepDays = 7;
/** What a restore has put aside. */
export const safeguardKeepDays = 7;

const facts = {
  id: z.string(),
  tenantId: z.string(),
  cause: z.enum(archiveCauses),
  state: z.enum(archiveStates),
  operationId: z.string(),
  rows: z.int().describe('Rows in it.'),
  bytes: z.int().describe('Its size, compressed.'),
  sha256: z.string().nullable().describe('Of the whole archive, in hex; null until it is complete.'),
  createdAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable().describe('When it is removed.'),
};

export const backupSchema = z
  .object({
    ...facts,
    purpose: z
      .enum(['backup', 'safeguard'])
      .describe('A safeguard is what a restore found before it wrote; it can be restored as well.'),
  })
  .meta({ id: 'Backup' });
export type BackupView = z.output<typeof backupSchema>;

export const exportSchema = z.object(facts).meta({ id: 'Export' });
export type ExportView = z.output<typeof exportSchema>;

export const newBackupBody = z
  .strictObject({
    keepDays: z
      .int('must be a whole number of days')
      .min(1, 'must be 1 day at least')
      .max(90, 'must be 90 days at most')
      .default(defaultKeepDays)
      .describe('For how many days it is kept.'),
  })
  .meta({ id: 'NewBackup' });
export type NewBackup = z.output<typeof newBackupBody>;

export function showExport(archive: Archive): ExportView {
  const { id, tenantId, cause, state, operationId, rows, bytes, sha256 } = archive;
  return {
    id,
    tenantId,
    cause,
    state,
    operationId,
    rows,
    bytes,
    sha256,
    createdAt: archive.createdAt.toISOString(),
    completedAt: archive.completedAt?.toISOString() ?? null,
    expiresAt: archive.expiresAt?.toISOString() ?? null,
  };
}

export function showBackup(archive: Archive): BackupView {
  return { ...showExport(archive), purpose: archive.purpose === 'safeguard' ? 'safeguard' : 'backup' };
}
