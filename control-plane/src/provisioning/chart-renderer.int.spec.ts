import { fileURLToPath } from 'node:url';
import { ensureTool } from '@leasehold/toolchain';
import { expect, test } from 'vitest';
import { ChartRenderer } from './chart-renderer.js';

const chart = fileURLToPath(new URL('../../../charts/tenant-app', import.meta.url));
const charts = new ChartRenderer(async () => (await ensureTool('helm')).path, chart);
const { signal } = new AbortController();

test('values that the chart does not take are refused with the words of Helm', async () => {
  const rendering = charts.render({
    release: 'app',
    namespace: 't-acme',
    values: { surprise: true },
    signal,
  });
  await expect(rendering).rejects.toMatchObject({
    code: 'chart_not_rendered',
    retryable: false,
    publicMessage: expect.stringMatching(/surprise/) as string,
  });
});

test('a rendering stops when the operation is cancelled', async () => {
  const rendering = charts.render({
    release: 'app',
    namespace: 't-acme',
    values: {},
    signal: AbortSignal.abort(),
  });
  await expect(rendering).rejects.toThrow(/abort/i);
});
