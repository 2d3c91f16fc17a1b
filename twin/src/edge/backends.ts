import { z } from 'zod';
import { resourceTypes } from '../inventory/resource-types.js';
import type { InventoryMirror } from '../mirror/inventory-mirror.js';
import { specReader } from '../mirror/parsed.js';
import type { Endpoint } from '../pods/endpoint.js';
import type { Pod } from '../pods/pod.js';
import type { Pods } from '../pods/pods.js';
import type { Backend, RouteRule } from './route-table.js';

const serviceSchema = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z.array(
      z.object({ port: z.number().int(), targetPort: z.union([z.number().int(), z.string()]).optional() }),
    ),
  }),
});
const readService = specReader(serviceSchema);

/** Why no pod can take a request; a sentence for the page. */
export interface Unavailable {
  unavailable: string;
}

/** Finds the pod for a request: from a rule over its Service to a ready pod, waking a sleeping one. */
export class Backends {
  constructor(
    private readonly mirror: InventoryMirror,
    private readonly pods: Pods,
    private readonly waitMs: number,
  ) {}

  /** The least busy pod that can take a request now, if there is one. */
  pick(rule: RouteRule): Endpoint | undefined {
    const backend = choose(rule.backends);
    if (backend === undefined) return undefined;
    let best: Endpoint | undefined;
    for (const { endpoint } of this.candidates(backend)) {
      if (endpoint && (best === undefined || endpoint.load < best.load)) best = endpoint;
    }
    return best;
  }

  /** As `pick`, but wakes a sleeping pod, or waits for one that starts, until the deadline. */
  async await(rule: RouteRule, signal: AbortSignal): Promise<Endpoint | Unavailable> {
    const deadline = performance.now() + this.waitMs;
    for (;;) {
      const endpoint = this.pick(rule);
      if (endpoint) return endpoint;
      const left = deadline - performance.now();
      const reason = this.whyNone(rule);
      if (reason !== undefined || left <= 0 || signal.aborted) {
        return { unavailable: reason ?? 'Its pods are still starting.' };
      }
      await this.changeOrTimeout(rule.backends[0]?.namespace ?? rule.namespace, left, signal);
    }
  }

  /** Undefined when waiting makes sense; a sleeping pod is woken. */
  private whyNone(rule: RouteRule): string | undefined {
    const pods = rule.backends.flatMap((backend) => [...this.candidates(backend)]);
    if (pods.some(({ starting }) => starting)) return undefined;
    const resting = pods.find((pod) => pod.resting);
    if (resting) {
      resting.wake();
      return undefined;
    }
    const names = rule.backends.map(({ service }) => service).join(', ');
    const troubled = pods.find(({ message }) => message !== '');
    if (troubled) return `Its pods are not ready: ${troubled.phase}.`;
    return names === '' ? 'Its route leads to no Service.' : `No pod stands behind its Service (${names}).`;
  }

  private *candidates(backend: Backend): Generator<Pod> {
    const { namespace } = backend;
    const resource = this.mirror.get({
      type: resourceTypes.service,
      scope: namespace,
      name: backend.service,
    });
    const service = resource && readService(resource);
    const port = service?.spec.ports.find((candidate) => candidate.port === backend.port);
    const labels = Object.entries(service?.spec.selector ?? {});
    // A Service without a selector has no pods of its own (kubernetes.io/docs/concepts/services-networking/service).
    if (port === undefined || labels.length === 0) return;
    for (const pod of this.pods.inNamespace(namespace)) {
      if (pod.stopping || !labels.every(([key, value]) => pod.template.metadata.labels[key] === value))
        continue;
      if (listensOn(pod, port.targetPort ?? port.port)) yield pod;
    }
  }

  /** Resolves at a change of a pod in the namespace, after the time, or when the signal aborts. */
  private changeOrTimeout(namespace: string, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const forget = this.pods.onChangeIn(namespace, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** A pod of the twin has one port: the one named `http`, or its first. */
function listensOn(pod: Pod, targetPort: number | string): boolean {
  const [{ ports }] = pod.template.spec.containers;
  const main = ports.find(({ name }) => name === 'http') ?? ports[0];
  if (typeof targetPort === 'number') return main === undefined || main.containerPort === targetPort;
  return main?.name === targetPort;
}

/** By weight: gateway-api.sigs.k8s.io, HTTPBackendRef. */
function choose(backends: readonly Backend[]): Backend | undefined {
  if (backends.length <= 1) return backends[0]?.weight === 0 ? undefined : backends[0];
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  let point = Math.random() * total;
  return backends.find(({ weight }) => (point -= weight) < 0);
}
