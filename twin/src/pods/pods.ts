/**
 * Kubelet and Deployment controller of the twin: for each Deployment in the inventory the pods that it asks for, each
 * a process on this machine. Pods that nobody uses sleep until a request comes.
 */
import { rm } from 'node:fs/promises';
import { randomInt, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Inventory } from '../inventory/inventory.js';
import type { Resource } from '../inventory/resource.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { InventoryMirror, Touched } from '../mirror/inventory-mirror.js';
import { whyForbidden } from './admission.js';
import { desiredDeployment, type DesiredDeployment } from './desired-deployment.js';
import { deploymentStatus, refusedStatus } from './deployment-status.js';
import { LatestWriter } from './latest-writer.js';
import { Pod, type PodOptions, type PodOrigin } from './pod.js';
import type { PodLauncher } from './pod-launcher.js';
import type { PodRecord, PodRecords } from './pod-records.repository.js';
import { adoptedState, endLeftovers } from './recovery.js';
import { planRollout } from './rollout-plan.js';
import { StartSlots } from './start-slots.js';

export interface PodsOptions {
  mirror: InventoryMirror;
  inventory: Inventory;
  records: PodRecords;
  launcher: PodLauncher;
  log: Logger;
  /** A pod without a request for this long, and without pending work, is put to sleep. */
  idleMs: number;
  /** How many pods may start at the same time. */
  startsAtOnce: number;
}

/** All pods together have this long to end when the twin does; its own supervisor waits for 15 s. */
const shutdownGraceMs = 8_000;

/** What decides about the pods of a Deployment. */
const decisive = [
  resourceTypes.deployment,
  resourceTypes.horizontalPodAutoscaler,
  resourceTypes.resourceQuota,
  resourceTypes.limitRange,
];

export class Pods {
  private readonly byNamespace = new Map<string, Map<string, Pod>>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly due = new Set<string>();
  private readonly removals = new Set<Promise<void>>();
  private readonly writer: LatestWriter;
  private readonly podOptions: PodOptions;
  private endWatch: (() => void) | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: PodsOptions) {
    const { launcher, log, startsAtOnce } = options;
    this.writer = new LatestWriter(log);
    const slots = new StartSlots(startsAtOnce);
    this.podOptions = { launcher, slots, log, changed: (pod) => this.podChanged(pod) };
  }

  /** Ends what an earlier twin left running, takes over its pods, and follows the inventory from then on. */
  async start(): Promise<void> {
    const { mirror, records, idleMs } = this.options;
    const known = await records.list(mirror.cell);
    await endLeftovers(known, this.options.log);
    for (const record of known) this.adopt(record);
    this.endWatch = mirror.onChange((touched) => this.inventoryChanged(touched));
    for (const deployment of mirror.all(resourceTypes.deployment))
      this.schedule(deployment.scope, deployment.name);
    this.idleTimer = setInterval(() => this.putIdleToSleep(), Math.min(1_000, idleMs / 4)).unref();
  }

  /** The pods of a namespace, oldest first. */
  *inNamespace(namespace: string): Generator<Pod> {
    yield* this.byNamespace.get(namespace)?.values() ?? [];
  }

  /** Calls the listener at each change of a pod in the namespace, until the answer is called. */
  onChangeIn(namespace: string, listener: () => void): () => void {
    const held = this.listeners.get(namespace) ?? new Set();
    this.listeners.set(namespace, held.add(listener));
    return () => {
      held.delete(listener);
      if (held.size === 0 && this.listeners.get(namespace) === held) this.listeners.delete(namespace);
    };
  }

  /** Stops every process. The pods stay written down, asleep, for the next twin. */
  async close(): Promise<void> {
    this.closed = true;
    this.endWatch?.();
    clearInterval(this.idleTimer);
    const pods = [...this.byNamespace.values()].flatMap((held) => [...held.values()]);
    const records = pods.filter(({ stopping }) => !stopping).map((pod) => pod.record());
    await Promise.all(pods.map((pod) => pod.stop(shutdownGraceMs)));
    await Promise.all(this.removals);
    for (const record of records)
      this.writer.put(record.name, () => this.options.records.save(atRest(record)));
    await this.writer.close();
  }

  private adopt(record: PodRecord): void {
    const desired = this.desired(record.namespace, record.deployment);
    const state = adoptedState(record, typeof desired === 'object' ? desired.specHash : undefined);
    if (state === undefined || typeof desired !== 'object') {
      this.forget(record.name);
      return;
    }
    this.add(new Pod(record, desired.template, this.podOptions, state));
  }

  private inventoryChanged({ types, scopes }: Touched): void {
    for (const scope of scopes) for (const pod of this.inNamespace(scope)) pod.nudge();
    if (!decisive.some((type) => types.has(type))) return;
    for (const { scope, name } of this.options.mirror.all(resourceTypes.deployment)) {
      if (scopes.has(scope)) this.schedule(scope, name);
    }
    for (const scope of scopes)
      for (const pod of this.inNamespace(scope)) this.schedule(scope, pod.origin.deployment);
  }

  private podChanged(pod: Pod): void {
    if (this.closed) return;
    const { namespace, deployment } = pod.origin;
    if (this.byNamespace.get(namespace)?.has(pod.name)) {
      this.writer.put(pod.name, () => this.options.records.save(pod.record()));
    }
    for (const listener of [...(this.listeners.get(namespace) ?? [])]) listener();
    this.schedule(namespace, deployment);
  }

  /** Many changes in one turn are one look at the Deployment. */
  private schedule(namespace: string, deployment: string): void {
    const key = `${namespace}/${deployment}`;
    if (this.closed || this.due.has(key)) return;
    this.due.add(key);
    setImmediate(() => {
      this.due.delete(key);
      if (!this.closed) this.reconcile(namespace, deployment);
    });
  }

  private reconcile(namespace: string, deployment: string): void {
    const desired = this.desired(namespace, deployment);
    const pods = [...this.inNamespace(namespace)].filter(({ origin }) => origin.deployment === deployment);
    if (typeof desired === 'string') {
      this.writeStatus(namespace, deployment, ({ generation }) => refusedStatus(generation, desired));
      return;
    }
    const wanted = desired ?? { replicas: 0, maxSurge: 1, specHash: '' };
    const plan = planRollout(wanted, pods.map(factOf));
    for (const pod of pods) if (plan.stop.includes(pod.name)) this.remove(pod);
    if (desired === undefined) return;
    const forbidden = this.createSome(desired, plan.create);
    const now = [...this.inNamespace(namespace)].filter(({ origin }) => origin.deployment === deployment);
    this.writeStatus(namespace, deployment, ({ generation }) =>
      deploymentStatus(generation, desired, now.map(factOf), forbidden),
    );
  }

  private writeStatus(
    scope: string,
    name: string,
    status: (deployment: Resource) => ReturnType<typeof refusedStatus>,
  ): void {
    const { mirror, inventory } = this.options;
    const deployment = mirror.get({ type: resourceTypes.deployment, scope, name });
    if (deployment)
      this.writer.put(`${scope}/${name}`, () => inventory.setStatus(deployment, status(deployment)));
  }

  /** Undefined when there is no such Deployment; a text says why it cannot be run. */
  private desired(scope: string, name: string): DesiredDeployment | string | undefined {
    const { mirror } = this.options;
    const deployment = mirror.get({ type: resourceTypes.deployment, scope, name });
    return deployment && desiredDeployment(deployment, mirror.all(resourceTypes.horizontalPodAutoscaler));
  }

  /** Stops at the first pod that its namespace has no room for; the answer is why. */
  private createSome(desired: DesiredDeployment, count: number): string | undefined {
    for (let made = 0; made < count; made++) {
      const name = this.freeName(desired.name, desired.specHash);
      const others = [...this.inNamespace(desired.namespace)].map(({ template }) => template);
      const forbidden = whyForbidden(this.options.mirror, { ...desired, name }, others);
      if (forbidden !== undefined) return forbidden;
      this.create(name, desired);
    }
    return undefined;
  }

  private create(name: string, { namespace, name: deployment, specHash, template }: DesiredDeployment): void {
    const [{ image }] = template.spec.containers;
    const { cell } = this.options.mirror;
    const origin: PodOrigin = { name, uid: randomUUID(), cell, namespace, deployment, specHash, image };
    const pod = new Pod(origin, template, this.podOptions);
    this.add(pod);
    this.podChanged(pod);
  }

  private add(pod: Pod): void {
    const { namespace } = pod.origin;
    let held = this.byNamespace.get(namespace);
    if (held === undefined) this.byNamespace.set(namespace, (held = new Map<string, Pod>()));
    held.set(pod.name, pod);
    pod.start();
  }

  private remove(pod: Pod): void {
    const removal = pod.stop().then(async () => {
      const held = this.byNamespace.get(pod.origin.namespace);
      held?.delete(pod.name);
      if (held?.size === 0) this.byNamespace.delete(pod.origin.namespace);
      this.podChanged(pod);
      this.forget(pod.name);
      await rm(this.options.launcher.folderOf(pod.name), { recursive: true, force: true }).catch(
        () => undefined,
      );
      this.removals.delete(removal);
    });
    this.removals.add(removal);
  }

  private forget(name: string): void {
    this.writer.put(name, () => this.options.records.remove(name));
  }

  private freeName(deployment: string, specHash: string): string {
    for (;;) {
      const name = `${deployment}-${specHash}-${randomSuffix()}`;
      if (![...this.byNamespace.values()].some((held) => held.has(name))) return name;
    }
  }

  private putIdleToSleep(): void {
    for (const held of this.byNamespace.values()) {
      for (const pod of held.values()) {
        if ((pod.endpoint?.idleMs ?? 0) > this.options.idleMs) void pod.sleep();
      }
    }
  }
}

function factOf(pod: Pod): {
  name: string;
  specHash: string;
  ready: boolean;
  stopping: boolean;
  phase: Pod['phase'];
  message: string;
} {
  const { name, ready, stopping, phase, message } = pod;
  return { name, ready, stopping, phase, message, specHash: pod.origin.specHash };
}

function atRest(record: PodRecord): PodRecord {
  return { ...record, phase: record.ready ? 'Asleep' : 'Pending', pid: null, pidStarted: null, port: null };
}

/** The letters of Kubernetes' own suffixes, which spell no words: apimachinery's `rand.String`. */
function randomSuffix(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters.charAt(randomInt(letters.length))).join('');
}
