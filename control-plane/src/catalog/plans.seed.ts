import type { NewPlan } from './plan.schema.js';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** The plans of a new installation; an admin may add others. */
export const seededPlans: readonly NewPlan[] = [
  {
    name: 'free',
    displayName: 'Free',
    rank: 0,
    description: 'To try a product: one small replica, which gives way when a cluster is full.',
    quota: { cpu: '2', memory: '2Gi', pods: 5 },
    maxHostnames: 1,
    replicas: { min: 1, max: 1 },
    isolation: { spread: 'preferred', priority: 'low', nodeSelector: {} },
    authorizedView: false,
    backup: null,
    limits: {
      requestsPerMonth: { most: 10_000_000, hard: true },
      bytesWrittenPerMonth: { most: 10 * gibibyte, hard: false },
      storedBytes: { most: gibibyte, hard: true },
    },
    data: { callsPerSecond: 2_000, bytesPerSecond: 32 * mebibyte, weight: 1 },
    rateLimit: { requestsPerSecond: 50 },
    approval: false,
  },
  {
    name: 'standard',
    displayName: 'Standard',
    rank: 10,
    description: 'For daily work: replicas in several zones that grow with the load, a backup a day.',
    quota: { cpu: '20', memory: '32Gi', pods: 40 },
    maxHostnames: 5,
    replicas: { min: 1, max: 10 },
    isolation: { spread: 'preferred', priority: 'normal', nodeSelector: {} },
    authorizedView: false,
    backup: { everyHours: 24, keepDays: 14 },
    limits: {
      requestsPerMonth: { most: 1_000_000_000, hard: false },
      bytesWrittenPerMonth: null,
      storedBytes: { most: 100 * gibibyte, hard: false },
    },
    data: { callsPerSecond: 10_000, bytesPerSecond: 128 * mebibyte, weight: 4 },
    rateLimit: { requestsPerSecond: 1_000 },
    approval: false,
  },
  {
    name: 'enterprise',
    displayName: 'Enterprise',
    rank: 20,
    description:
      'For many users: the highest ceilings, replicas in different zones, a fence around its rows, hourly backups. An admin approves each.',
    quota: { cpu: '200', memory: '400Gi', pods: 300 },
    maxHostnames: 20,
    replicas: { min: 2, max: 50 },
    isolation: { spread: 'required', priority: 'high', nodeSelector: {} },
    authorizedView: true,
    backup: { everyHours: 1, keepDays: 35 },
    limits: { requestsPerMonth: null, bytesWrittenPerMonth: null, storedBytes: null },
    data: { callsPerSecond: 50_000, bytesPerSecond: 512 * mebibyte, weight: 16 },
    rateLimit: null,
    approval: true,
  },
];
