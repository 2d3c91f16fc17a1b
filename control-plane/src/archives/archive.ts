/** A copy of a tenant's rows. */

export const archivePurposes = ['backup', 'export', 'safeguard'] as const;
export type ArchivePurpose = (typeof archivePurposes)[number];

export const archiveStates = ['writing', 'complete', 'failed'] as const;
export type ArchiveState = (typeof archiveStates)[number];

/** What led to it. */
export const archiveCauses = ['request', 'schedule', 'restore', 'move'] as const;
export type ArchiveCause = (typeof archiveCauses)[number];

export interface Archive {
  readonly id: string;
  readonly tenantId: string;
  readonly purpose: ArchivePurpose;
  readonly cause: ArchiveCause;
  readonly state: ArchiveState;
  readonly operationId: string;
  readonly cell: string;
  readonly rows: number;
  /** Of all its objects. */
  readonly bytes: number;
  /** In hex; null until it is complete. */
  readonly sha256: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** One object of an archive; all of them in order are the archive's bytes. */
export interface ArchiveObject {
  readonly number: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The names of a tenant's archives in the cell's bucket begin so. */
export function archiveFolder(tenantId: string, archiveId?: string): string {
  return archiveId === undefined ? `archives/${tenantId}/` : `archives/${tenantId}/${archiveId}/`;
}

export function objectName(tenantId: string, archiveId: string, number: number): string {
  return `${archiveFolder(tenantId, archiveId)}${String(number).padStart(6, '0')}`;
}
