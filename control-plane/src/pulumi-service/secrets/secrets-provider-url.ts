import { z } from 'zod';
import type { VersionedDeployment } from '../wire/deployment.js';

const serviceState = z.looseObject({ url: z.string().optional() });

/**
 * A state names the address of the service that encrypted its secrets, and the CLI asks exactly there. The address changes
 * (each worker has a port of its own), the keys do not: so the reader gets the address under which it asked.
 */
export function atServiceUrl(state: VersionedDeployment, url: string): VersionedDeployment {
  const provider = state.deployment.secrets_providers;
  if (provider?.type !== 'service') return state;
  const parsed = serviceState.safeParse(provider.state);
  if (!parsed.success) return state;
  const here = { ...provider, state: { ...parsed.data, url } };
  return { ...state, deployment: { ...state.deployment, secrets_providers: here } };
}
