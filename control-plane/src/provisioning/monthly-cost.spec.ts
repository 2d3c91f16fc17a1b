import { expect, test } from 'vitest';
import { counterManifest } from '../testing/seeded-catalog.js';
import { parseManifest } from '@leasehold/template-manifest';
import { monthlyCost } from './monthly-cost.js';

const manifest = parseManifest(counterManifest, '/manifest');

test.each([
  ['free', { min: 1, max: 1 }, 0.05 * 730 * 0.0445, (96 / 1024) * 730 * 0.0049225],
  ['standard', { min: 1, max: 10 }, 0.25 * 2 * 730 * 0.0445, 0.125 * 2 * 730 * 0.0049225],
  ['standard', { min: 5, max: 10 }, 0.25 * 5 * 730 * 0.0445, 0.125 * 5 * 730 * 0.0049225],
])('a client in the plan %s with %j replicas costs its pods’ requests', (name, replicas, cpu, memory) => {
  const cost = monthlyCost({ manifest }, { name, replicas });
  expect(cost).toMatchObject({ currency: 'USD', source: expect.stringContaining('https://') as unknown });
  expect(Number(cost['perMonth'])).toBeCloseTo(cpu + memory, 1);
});
