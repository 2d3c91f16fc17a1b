import 'reflect-metadata';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { describeMetrics, metricsDocument } from './metrics-document.js';
import { Metrics } from './metrics.js';

const repository = new URL('../../../../', import.meta.url);
const { registry } = new Metrics();

test('docs/metrics.md is what the registry says; `npm run -w @leasehold/control-plane metrics-doc` writes it', async () => {
  expect(await readFile(new URL('docs/metrics.md', repository), 'utf8')).toBe(metricsDocument(registry));
});

describe('every metric', () => {
  test.each(describeMetrics(registry))(
    '$name has a unit or a count in its name, and a sentence',
    ({ help, labels }) => {
      expect(help).toMatch(/\.$/);
      for (const label of labels) expect(label).not.toMatch(/tenant|slug|host|path|id$|url/);
    },
  );
});

describe('deploy/grafana', () => {
  test('dashboards and alert rules use metrics and labels that exist', async () => {
    const known = new Set(describeMetrics(registry).map(({ name }) => name));
    const folder = new URL('deploy/grafana/', repository);
    const files = (await readdir(folder)).filter((name) => /\.(json|yaml)$/.test(name));
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const name of files) {
      const text = await readFile(new URL(name, folder), 'utf8');
      const used = [...text.matchAll(/leasehold_[a-z0-9_]+/g)].map(([metric]) => metric);
      expect(used.length, name).toBeGreaterThan(0);
      for (const metric of used) {
        const base = metric.replace(/_(bucket|sum|count)$/, '');
        expect(known.has(base) || known.has(metric), `${name} uses ${metric}`).toBe(true);
      }
    }
  });
});
