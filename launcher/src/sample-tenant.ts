import { setTimeout as delay } from 'node:timers/promises';
import type { AdminApi, Operation } from './api.js';

/** The client that a first start onboards, so that there is something to open. Its plan runs one replica: a person sees 1, 2, 3. */
export const sampleTenant = {
  slug: 'acme',
  displayName: 'Acme',
  template: 'counter',
  plan: 'free',
} as const;

const ended = new Set(['succeeded', 'failed', 'cancelled', 'rolled_back']);
const deadlineMs = 5 * 60_000;

/**
 * Onboards the sample client through the API, as anybody would, and tells each step.
 * @returns the ended operation, or undefined when it goes on longer than a person should wait.
 */
export async function onboardSampleTenant(
  api: AdminApi,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<Operation | undefined> {
  let operation = await api.createTenant(sampleTenant, 'first-start-sample-tenant');
  const told = new Set<string>();
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    for (const { name, state } of operation.steps) {
      if (state !== 'succeeded' || told.has(name)) continue;
      told.add(name);
      tell(name);
    }
    if (ended.has(operation.state)) return operation;
    if (Date.now() > deadline) return undefined;
    await delay(100, undefined, { signal });
    operation = await api.operation(operation.id);
  }
}
