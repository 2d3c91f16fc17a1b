import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { readerOf, resource } from '../testing/resources.js';
import { whyForbidden } from './admission.js';
import type { Asking } from './pod-resources.js';

type Quantities = Record<string, string | number>;

const pod = (limits: Quantities = {}, requests: Quantities = {}): Asking => ({
  spec: { containers: [{ name: 'app', resources: { limits, requests } }] },
});
const quota = (hard: JsonObject) =>
  resource(resourceTypes.resourceQuota, 't-acme', 'limits', { spec: { hard } });
const range = (item: JsonObject) =>
  resource(resourceTypes.limitRange, 't-acme', 'defaults', {
    spec: { limits: [{ type: 'Container', ...item }] },
  });

const judge = (template: Asking, others: Asking[], ...bounds: ReturnType<typeof quota>[]) =>
  whyForbidden(readerOf(...bounds), { namespace: 't-acme', name: 'app-h-x', template }, others);

const says = (reason: string) => `pods "app-h-x" is forbidden: ${reason}`;

describe('A pod', () => {
  it('is taken where nothing bounds its namespace, and by bounds of another one', () => {
    expect(judge(pod(), [pod(), pod()])).toBeUndefined();
    const elsewhere = resource(resourceTypes.resourceQuota, 't-other', 'limits', {
      spec: { hard: { pods: '0' } },
    });
    expect(judge(pod(), [], elsewhere)).toBeUndefined();
  });

  it.each<[string, Asking, Asking[], JsonObject, string | undefined]>([
    ['fills the quota exactly', pod({ cpu: '500m' }), [pod({ cpu: 1.5 })], { 'limits.cpu': '2' }, undefined],
    [
      'is above the quota',
      pod({ cpu: '500m', memory: '512Mi' }),
      [pod({ cpu: '1', memory: '1Gi' })],
      { 'limits.cpu': '1', 'limits.memory': '1Gi', pods: '5' },
      'exceeded quota: limits, requested: limits.cpu=500m,limits.memory=512Mi, used: limits.cpu=1,limits.memory=1Gi, limited: limits.cpu=1,limits.memory=1Gi',
    ],
    [
      'is one too many',
      pod(),
      [pod()],
      { pods: '1', 'services.loadbalancers': '0' },
      'exceeded quota: limits, requested: pods=1, used: pods=1, limited: pods=1',
    ],
    [
      'says not what is counted',
      pod(),
      [],
      { 'limits.cpu': '1', 'requests.memory': '1Gi' },
      'failed quota: limits: must specify limits.cpu for: app; requests.memory for: app',
    ],
    ['asks for what its limit is', pod({ memory: '1Gi' }), [], { 'requests.memory': '1Gi' }, undefined],
  ])('that %s', (_name, template, others, hard, reason) => {
    expect(judge(template, others, quota(hard))).toBe(reason && says(reason));
  });

  it.each<[string, Asking, JsonObject, string | undefined]>([
    [
      'has a limit above the most',
      pod({ cpu: '3' }),
      { max: { cpu: '2' } },
      'maximum cpu usage per Container is 2, but limit is 3',
    ],
    [
      'has no limit where there is a most',
      pod(),
      { max: { cpu: '2' } },
      'maximum cpu usage per Container is 2.  No limit is specified',
    ],
    [
      'asks for less than the least',
      pod({ cpu: '1' }, { cpu: '10m' }),
      { min: { cpu: '50m' } },
      'minimum cpu usage per Container is 50m, but request is 10m',
    ],
    ['has the default, which is within', pod(), { default: { cpu: '1' }, max: { cpu: '2' } }, undefined],
  ])('that %s', (_name, template, item, reason) => {
    expect(judge(template, [], range(item))).toBe(reason && says(reason));
  });

  it('counts with what its namespace fills in', () => {
    const bounds = [range({ default: { cpu: '500m' } }), quota({ 'limits.cpu': '1' })];
    expect(judge(pod(), [pod()], ...bounds)).toBeUndefined();
    expect(judge(pod(), [pod(), pod()], ...bounds)).toContain('used: limits.cpu=1,');
  });
});
