import type { Export } from '@leasehold/api-client';

/** What a list of backups or exports shows of each. */
export const archiveColumns = [
  { title: 'id', value: ({ id }: Export) => id },
  { title: 'state', value: ({ state }: Export) => state },
  { title: 'rows', value: ({ rows }: Export) => rows },
  { title: 'bytes', value: ({ bytes }: Export) => bytes },
  { title: 'created', value: ({ createdAt }: Export) => createdAt },
  { title: 'expires', value: ({ expiresAt }: Export) => expiresAt ?? '' },
  { title: 'cause', value: ({ cause }: Export) => cause },
];

/** The same for one, with its digest. */
export function archiveFacts(archive: Export): [string, string][] {
  return [
    ['id', archive.id],
    ['state', archive.state],
    ['rows', String(archive.rows)],
    ['bytes', String(archive.bytes)],
    ['sha256', archive.sha256 ?? ''],
    ['created', archive.createdAt],
    ['expires', archive.expiresAt ?? ''],
    ['cause', archive.cause],
    ['operation', archive.operationId],
  ];
}
