import { expect, test } from 'vitest';
import { managedZoneName } from '../platform/platform.program.js';
import { computeCell } from './cell.program.js';

test('what the tenants of a cell share is exactly the golden file', async () => {
  const cell = computeCell({
    name: 'eu1',
    environment: 'production',
    domain: 'apps.example.test',
    gcpProject: 'acme-prod',
    region: 'europe-west1',
    rateLimits: [50, 1_000, 50],
    holdingPageImage: `registry.example/holding-page@sha256:${'0'.repeat(64)}`,
  });
  await expect(JSON.stringify(cell, null, 2) + '\n').toMatchFileSnapshot('golden/cell.json');
});

test('a zone is named after its domain without the dots', () => {
  expect(managedZoneName('apps.example.test')).toBe('apps-example-test');
  expect(managedZoneName('localhost')).toBe('localhost');
});
