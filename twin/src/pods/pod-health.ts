import { setTimeout as delay } from 'node:timers/promises';
import { probeOnce } from './probe.js';
import type { Container, Probe } from './pod-template.js';

export interface HealthEvents {
  serving(ready: boolean, message: string): void;
  /** The liveness probe has failed too often. */
  dead(message: string): void;
}

/** A pod that never became ready is checked for liveness after this long, so that a slow start is not cut short. */
const startAllowanceMs = 60_000;

/** Probes one life of a pod until the signal ends it. */
export async function watchHealth(
  container: Container,
  port: number,
  events: HealthEvents,
  signal: AbortSignal,
): Promise<void> {
  const started = new AbortController();
  const allowance = setTimeout(() => started.abort(), startAllowanceMs);
  try {
    await Promise.all([
      watchReadiness(container.readinessProbe, port, events, signal, () => started.abort()),
      watchLiveness(container.livenessProbe, port, events, signal, started.signal),
    ]);
  } finally {
    clearTimeout(allowance);
  }
}

async function watchReadiness(
  probe: Probe | undefined,
  port: number,
  events: HealthEvents,
  signal: AbortSignal,
  started: () => void,
): Promise<void> {
  await untilReady(probe, port, signal);
  if (ended(signal)) return;
  events.serving(true, '');
  started();
  if (probe === undefined) return;
  let ready = true;
  let streak = 0;
  while (await pause(probe.periodSeconds * 1_000, signal)) {
    const failure = await run(probe, port, signal);
    if (ended(signal)) return;
    streak = (failure === undefined) === ready ? 0 : streak + 1;
    if (streak < (ready ? probe.failureThreshold : probe.successThreshold)) continue;
    ready = !ready;
    streak = 0;
    events.serving(ready, failure === undefined ? '' : `readiness probe failed: ${failure}`);
  }
}

/**
 * Asks at once and then often, so that a pod counts as ready within milliseconds of being so; less often the longer it
 * takes. Without a probe a pod is ready when its port takes connections, whatever it answers.
 */
async function untilReady(probe: Probe | undefined, port: number, signal: AbortSignal): Promise<void> {
  const since = performance.now();
  do {
    const failure = await run(probe ?? anyAnswer, port, signal);
    if (failure === undefined || (probe === undefined && failure.includes('answered'))) return;
  } while (await pause(startPauseMs(performance.now() - since), signal));
}

const anyAnswer = { httpGet: { path: '/' }, timeoutSeconds: 1 };

function startPauseMs(elapsedMs: number): number {
  if (elapsedMs < 2_000) return 10;
  return elapsedMs < 20_000 ? 50 : 1_000;
}

async function watchLiveness(
  probe: Probe | undefined,
  port: number,
  events: HealthEvents,
  signal: AbortSignal,
  started: AbortSignal,
): Promise<void> {
  if (probe === undefined) return;
  await pause(2 ** 31 - 1, AbortSignal.any([signal, started]));
  let failures = 0;
  let wait = Math.max(probe.initialDelaySeconds, probe.periodSeconds);
  while (await pause(wait * 1_000, signal)) {
    wait = probe.periodSeconds;
    const failure = await run(probe, port, signal);
    if (ended(signal)) return;
    failures = failure === undefined ? 0 : failures + 1;
    if (failures >= probe.failureThreshold) {
      events.dead(`liveness probe failed: ${failure ?? ''}`);
      return;
    }
  }
}

type ProbeCall = { httpGet: { path: string }; timeoutSeconds: number };

function run(probe: ProbeCall, port: number, signal: AbortSignal): Promise<string | undefined> {
  return probeOnce({ port, path: probe.httpGet.path, timeoutMs: probe.timeoutSeconds * 1_000 }, signal);
}

/** A function, since the answer changes while the caller waits. */
const ended = (signal: AbortSignal): boolean => signal.aborted;

/** False when the signal ended the pause. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal, ref: false }).catch(() => false);
}
