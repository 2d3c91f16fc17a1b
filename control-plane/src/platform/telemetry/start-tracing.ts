import type { RunningTracing } from './tracing-sdk.js';

/** Starts tracing if there is somewhere to send spans to; otherwise no SDK is loaded at all. */
export async function startTracing(endpoint: string | undefined, role: string): Promise<RunningTracing> {
  if (endpoint === undefined) return { stop: () => Promise.resolve() };
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(endpoint, role);
}
