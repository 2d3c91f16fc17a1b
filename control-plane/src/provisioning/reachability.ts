import { AppError } from '../platform/app-error.js';
import type { Target } from '../targets/target.js';
import { quickPolling, type Polling } from './polling.js';
import type { Workload } from './rollout.js';

type View = Pick<Target, 'resolve' | 'fetchThroughEdge' | 'rollout'>;

/** What must be true of a hostname, seen from outside. */
export interface Expected {
  readonly hostname: string;
  /** Addresses that its name must give; unset for a client's own domain, whose DNS is not ours. */
  readonly addresses?: readonly string[];
  /** What the page comes from; when its pods cannot become ready, nobody waits for the page. */
  readonly workload?: Workload;
  /** The page shows at least this revision of the branding. */
  readonly brandingRevision: number;
}

/**
 * Waits until a hostname leads to the tenant's page: the authoritative server answers the edge's address, and the edge
 * answers 200 with the branding. Never the machine's resolver, which may not know the name and remembers that.
 * @throws AppError `not_reachable` after the deadline; it says which condition is not met.
 */
export async function waitUntilReachable(
  view: View,
  expected: Expected,
  signal: AbortSignal,
  polling: Polling = quickPolling,
): Promise<void> {
  const { workload } = expected;
  const hopeless = workload && (() => whyStuck(view, workload));
  await waitFor(
    expected.hostname,
    'not_reachable',
    signal,
    polling,
    () => unmet(view, expected, 200, signal),
    hopeless,
  );
}

/** Waits until a hostname leads to the holding page: 503 that no cache keeps, with the tenant's branding. */
export async function waitUntilHeld(
  view: View,
  expected: Expected,
  signal: AbortSignal,
  polling: Polling = quickPolling,
): Promise<void> {
  await waitFor(expected.hostname, 'not_reachable', signal, polling, () =>
    unmet(view, expected, 503, signal),
  );
}

/** Waits until nothing leads to a hostname any more: no address, no page. */
export async function waitUntilGone(
  view: View,
  hostname: string,
  signal: AbortSignal,
  polling: Polling = quickPolling,
): Promise<void> {
  await waitFor(hostname, 'still_reachable', signal, polling, () => remaining(view, hostname, signal));
}

async function waitFor(
  hostname: string,
  code: string,
  signal: AbortSignal,
  { firstMs, longestMs, deadlineMs }: Polling,
  look: () => Promise<string | undefined>,
  hopeless?: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let pause = firstMs; ; pause = Math.min(longestMs, pause * 1.3)) {
    signal.throwIfAborted();
    const reason = await look();
    if (reason === undefined) return;
    // Not at every look of the first second: most pages come up within it.
    const why = pause * 2 > longestMs ? await hopeless?.() : undefined;
    if (why !== undefined) throw unavailable(code, hostname, `${reason} ${why}`);
    if (performance.now() + pause > deadline) {
      const seconds = Math.round(deadlineMs / 1000);
      throw unavailable(code, hostname, `${reason} That did not change within ${seconds} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function unavailable(code: string, resource: string, publicMessage: string): AppError {
  return new AppError('unavailable', code, { publicMessage, resource, retryable: true, logLevel: 'warn' });
}

async function whyStuck(view: View, { namespace, deployment }: Workload): Promise<string | undefined> {
  const rollout = await attempt(() => view.rollout(namespace, deployment));
  return 'value' in rollout ? rollout.value.stuck : undefined;
}

/** The first condition that is not met, as a sentence. */
async function unmet(
  view: View,
  expected: Expected,
  status: 200 | 503,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [name, page] = await Promise.all([
    unresolved(view, expected),
    unserved(view, expected, status, signal),
  ]);
  return name ?? page;
}

async function unresolved(view: View, { hostname, addresses }: Expected): Promise<string | undefined> {
  if (addresses === undefined) return undefined;
  const found = await attempt(() => view.resolve(hostname));
  if ('error' in found)
    return `The DNS server of the platform did not answer for ${hostname}: ${found.error}.`;
  if (addresses.some((address) => found.value.includes(address))) return undefined;
  const answer = found.value.length === 0 ? 'no address' : found.value.join(', ');
  return `The name ${hostname} gives ${answer} instead of the edge's ${addresses.join(', ')}.`;
}

async function unserved(
  view: View,
  expected: Expected,
  wanted: 200 | 503,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { hostname, brandingRevision } = expected;
  const answer = await attempt(() => view.fetchThroughEdge(hostname, '/', { signal }));
  if ('error' in answer) return `The edge did not answer for ${hostname}: ${answer.error}.`;
  const { status, headers } = answer.value;
  if (status !== wanted) return `The page of ${hostname} answers ${status} instead of ${wanted}.`;
  if (wanted === 503 && headers['cache-control'] !== 'no-store')
    return `The page of ${hostname} may be kept by caches.`;
  const shown = Number(headers['branding-revision'] ?? Number.NaN);
  if (shown >= brandingRevision) return undefined;
  return `The page of ${hostname} shows ${Number.isNaN(shown) ? 'no branding' : `branding revision ${shown}`} instead of ${brandingRevision}.`;
}

async function remaining(view: View, hostname: string, signal: AbortSignal): Promise<string | undefined> {
  const [names, page] = await Promise.all([
    attempt(() => view.resolve(hostname)),
    attempt(() => view.fetchThroughEdge(hostname, '/', { signal })),
  ]);
  if ('error' in names)
    return `The DNS server of the platform did not answer for ${hostname}: ${names.error}.`;
  if (names.value.length > 0) return `The name ${hostname} still gives ${names.value.join(', ')}.`;
  if ('error' in page) return `The edge did not answer for ${hostname}: ${page.error}.`;
  return page.value.status < 400 ? `The page of ${hostname} still answers ${page.value.status}.` : undefined;
}

async function attempt<T>(call: () => Promise<T>): Promise<{ value: T } | { error: string }> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
