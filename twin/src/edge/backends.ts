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
      z.object({
        port: z.number().int(),
        targetPort: z.union([z.number().int(), z.string()]).optional(),
        appProtocol: z.string().optional(),
      }),
    ),
  }),
});
const readService = specReader(serviceSchema);

/** Where a request goes: a pod's process, the port of it, and what it speaks there. */
export interface Upstream {
  endpoint: Endpoint;
  port: number;
  protocol: 'http1' | 'h2c';
}

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
  pick(rule: RouteRule): Upstream | undefined {
    const backend = choose(rule.backends);
    if (backend === undefined) return undefined;
    let best: Upstream | undefined;
    for (const { pod, port, protocol } of this.candidates(backend)) {
      const { endpoint } = pod;
      if (endpoint && (best === undefined || endpoint.load < best.endpoint.load))
        best = { endpoint, port: endpoint.portFor(port), protocol };
    }
    return best;
  }

  /** As `pick`, but wakes a sleeping pod, or waits for one that starts, until the deadline. */
  async await(rule: RouteRule, signal: AbortSignal): Promise<Upstream | Unavailable> {
    const deadline = performance.now() + this.waitMs;
    for (;;) {
      const upstream = this.pick(rule);
      if (upstream) return upstream;
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
    const pods = rule.backends.flatMap((backend) => [...this.candidates(backend)]).map(({ pod }) => pod);
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

  private *candidates(backend: Backend): Generator<Candidate> {
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
    // kubernetes.io/docs/concepts/services-networking/service, application protocol.
    const protocol = port.appProtocol === 'kubernetes.io/h2c' ? 'h2c' : 'http1';
    for (const pod of this.pods.inNamespace(namespace)) {
      if (pod.stopping || !labels.every(([key, value]) => pod.template.metadata.labels[key] === value))
        continue;
      const target = containerPortOf(pod, port.targetPort ?? port.port);
      if (target !== undefined) yield { pod, port: target, protocol };
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

interface Candidate extends Pick<Upstream, 'protocol'> {
  pod: Pod;
  port: number;
}

/** The container port that a Service's target means; undefined when the pod has none of that name or number. */
function containerPortOf(pod: Pod, target: number | string): number | undefined {
  const [{ ports }] = pod.template.spec.containers;
  // A container need not name its ports to listen (kubernetes.io/docs/reference, Container, ports).
  if (typeof target === 'number' && ports.length === 0) return target;
  return ports.find(({ name, containerPort }) => name === target || containerPort === target)?.containerPort;
}

/** By weight: gateway-api.sigs.k8s.io, HTTPBackendRef. */
function choose(backends: readonly Backend[]): Backend | undefined {
  if (backends.length <= 1) return backends[0]?.weight === 0 ? undefined : backends[0];
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  let point = Math.random() * total;
  return backends.find(({ weight }) => (point -= weight) < 0);
}
