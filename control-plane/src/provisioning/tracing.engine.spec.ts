import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../operations/testing/engine-bench.js';
import { startTracing } from '../platform/telemetry/start-tracing.js';
import { inSpan } from '../platform/telemetry/tracing.js';
import type { RunningTracing } from '../platform/telemetry/tracing-sdk.js';
import { below, startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../testing/otlp-receiver.js';
import { PlatformBench } from './testing/platform-bench.js';

let receiver: OtlpReceiver;
let tracing: RunningTracing;
let platform: PlatformBench;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  tracing = await startTracing(receiver.url, 'all');
  const telemetry = { endpoint: receiver.url, ratio: 1, headersSecret: 'shared-otlp' };
  platform = await PlatformBench.open({ telemetry });
  const store = join(platform.dataDir, 'twin', 'secrets');
  await mkdir(store, { recursive: true, mode: 0o700 });
  await writeFile(join(store, 'shared-otlp'), 'authorization=Bearer%20collector', { mode: 0o600 });
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await receiver.stop();
});

test('one trace leads from the request to each resource that Pulumi has made', async () => {
  const { id, traceId } = await inSpan('request', {}, async (span) => ({
    ...(await platform.onboard('traced')),
    traceId: span.spanContext().traceId,
  }));
  expect(await platform.ended(id)).toMatchObject({ state: 'succeeded' });
  await tracing.stop();
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const one = (name: string): ReceivedSpan => {
    const found = spans.filter((span) => span.name === name);
    expect(found.map((span) => span.name)).toEqual([name]);
    return found[0] ?? spanMissing(name);
  };
  const operation = one('operation tenant.create');
  expect(operation.parentSpanId).toBeDefined();
  const steps = ['place', 'reserve', 'plan', 'apply', 'publish', 'verify', 'activate'];
  expect(below(spans, operation.spanId).filter((name) => name.startsWith('step '))).toEqual(
    steps.map((name) => `step ${name}`).sort(),
  );
  expect(one('pulumi up').parentSpanId).toBe(one('step apply').spanId);
  const resources = below(spans, one('pulumi up').spanId).filter((name) => name.startsWith('create '));
  expect(resources.length).toBeGreaterThan(10);
  expect(resources.join(' ')).toContain('kubernetes:core/v1:Namespace');
});

test('the requests of a client’s users are traced from its pod, with whose they are and the headers of the secret', async () => {
  expect((await platform.page('traced', '/getCounter')).status).toBe(200);
  const batch = await until('a span of the pod', () =>
    Promise.resolve(
      receiver.batches.find(({ spans }) => spans.some(({ name }) => name === 'GET /getCounter')),
    ),
  );
  expect(batch.authorization).toBe('Bearer collector');
  expect(batch.resource).toMatchObject({
    'service.name': 'counter',
    'leasehold.cell': 'local',
    'leasehold.tenant': expect.stringMatching(/^ten_/) as string,
    'leasehold.release': expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
  });
});

function spanMissing(name: string): never {
  throw new Error(`There is no span "${name}".`);
}
