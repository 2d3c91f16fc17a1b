import { expect, test } from 'vitest';
import { managedZoneName } from '../platform/platform.program.js';
import { computeBigtable } from './compute-bigtable.js';
import { computeCell } from './cell.program.js';

test('what the tenants of a cell share is exactly the golden file', async () => {
  const cell = computeCell({
    name: 'eu1',
    environment: 'production',
    domain: 'apps.example.test',
    gcpProject: 'acme-prod',
    region: 'europe-west1',
    bigtable: {
      instance: 'leasehold-eu1',
      tables: [{ table: 'counters', families: [{ id: 'c', gc: { maxVersions: 1 } }] }],
      keepBackupsDays: 35,
    },
    rateLimits: [50, 1_000, 50],
    provesDomain: true,
    holdingPageImage: `registry.example/holding-page@sha256:${'0'.repeat(64)}`,
  });
  await expect(JSON.stringify(cell, null, 2) + '\n').toMatchFileSnapshot('golden/cell.json');
});

test.each([
  [null, '0'],
  [1, '72h0m0s'],
  [35, '840h0m0s'],
  [365, '2160h0m0s'],
])('backups that plans keep for %s days are kept for %s', (keepBackupsDays, kept) => {
  const tables = [{ table: 'counters', families: [] }];
  const place = { environment: 'staging', project: 'p', region: 'europe-west1' } as const;
  const desired = computeBigtable({ instance: 'leasehold-eu1', tables, keepBackupsDays }, place);
  expect(desired.tables[0]?.automatedBackupPolicy.retentionPeriod).toBe(kept);
});

test('a zone is named after its domain without the dots', () => {
  expect(managedZoneName('apps.example.test')).toBe('apps-example-test');
  expect(managedZoneName('localhost')).toBe('localhost');
});
