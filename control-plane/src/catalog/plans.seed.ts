import type { NewPlan } from './plan.schema.js';

/** The plans of a new installation; an admin may add others. */
export const seededPlans: readonly NewPlan[] = [
  {
    name: 'free',
    displayName: 'Free',
    rank: 0,
    description: 'To try a product: one small replica.',
    quota: { cpu: '2', memory: '2Gi', pods: 5 },
    maxHostnames: 1,
  },
  {
    name: 'standard',
    displayName: 'Standard',
    rank: 10,
    description: 'For daily work: replicas in several zones that grow with the load.',
    quota: { cpu: '20', memory: '32Gi', pods: 40 },
    maxHostnames: 5,
  },
  {
    name: 'enterprise',
    displayName: 'Enterprise',
    rank: 20,
    description: 'For many users: the highest ceilings.',
    quota: { cpu: '200', memory: '400Gi', pods: 300 },
    maxHostnames: 20,
  },
];
