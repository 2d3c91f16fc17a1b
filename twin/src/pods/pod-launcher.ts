import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, type ChildExit, type ProcessIdentity, type TetheredChild } from '@leasehold/processes';
import type { TokenIssuer } from '../identity/service-account-token.js';
import type { ImageStore } from '../images/image-store.js';
import { objectAt } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { InventoryMirror } from '../mirror/inventory-mirror.js';
import { LogFile } from './log-file.js';
import { podEnvironment, PodStartError } from './pod-environment.js';
import { PodFiles, volumeFolders, type PodIdentity } from './pod-files.js';
import { otherPorts, type PodTemplate } from './pod-template.js';
import type { PodSpawner } from './pod-spawner.js';
import type { SecretStore } from './secret-store.js';
import type { PortAllocator } from './port-allocator.js';

/** A process that runs a pod, with what belongs to this life of it. */
export interface RunningPod {
  child: TetheredChild;
  /** Resolves when the process has ended and its last words are in the log. */
  ended: Promise<ChildExit>;
  /** Undefined when it ended before it could be looked at. */
  identity: ProcessIdentity | undefined;
  port: number;
  /** Local ports by container port, without the main one. */
  otherPorts: ReadonlyMap<number, number>;
  log: LogFile;
  /** Gives back what the life held, after the process has ended. */
  release(): Promise<void>;
}

export interface LauncherOptions {
  mirror: InventoryMirror;
  images: ImageStore;
  issuer: TokenIssuer;
  ports: PortAllocator;
  spawner: PodSpawner;
  /** `<data dir>/twin/pods` */
  folder: string;
  aliases: ReadonlyMap<string, string>;
  secrets: Pick<SecretStore, 'files'>;
}

/** Starts the process of a pod from its image, with the environment and files that its template asks for. */
export class PodLauncher {
  constructor(private readonly options: LauncherOptions) {}

  folderOf(pod: string): string {
    return join(this.options.folder, pod);
  }

  /** @throws PodStartError, ImageError when something that the pod needs is missing */
  async launch(pod: PodIdentity, template: PodTemplate): Promise<RunningPod> {
    const [container] = template.spec.containers;
    this.requireServiceAccount(pod.namespace, template.spec.serviceAccountName);
    const image = await this.options.images.open(container.image);
    const folder = this.folderOf(pod.name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = new PodFiles(pod, template, folder, this.options);
    const port = await this.options.ports.allocate();
    const others = new Map<number, number>();
    const releasePorts = (): void => {
      for (const taken of [port, ...others.values()]) this.options.ports.release(taken);
    };
    try {
      for (const { containerPort } of otherPorts(container))
        others.set(containerPort, await this.options.ports.allocate());
      const env = this.environment(pod, template, port, others);
      await files.write();
      const log = await LogFile.open(join(folder, 'log'));
      const [program = '', ...args] = [...(container.command ?? image.command), ...container.args];
      const child = this.options.spawner.spawn({
        program: program === 'node' ? process.execPath : program,
        args,
        cwd: image.folder,
        env,
      });
      for (const stream of [child.process.stdout, child.process.stderr]) if (stream) log.collect(stream);
      const release = async (): Promise<void> => {
        files.close();
        releasePorts();
        await log.close();
      };
      return {
        ...{ child, port, log, release, otherPorts: others },
        ended: endOf(child),
        identity: await identify(child.pid),
      };
    } catch (error) {
      files.close();
      releasePorts();
      throw error;
    }
  }

  private environment(
    pod: PodIdentity,
    template: PodTemplate,
    port: number,
    others: ReadonlyMap<number, number>,
  ): Record<string, string> {
    const { serviceAccountName, containers } = template.spec;
    const home = this.folderOf(pod.name);
    return podEnvironment({
      container: containers[0],
      configMap: (name) => this.configMap(pod.namespace, name),
      fields: {
        'metadata.name': pod.name,
        'metadata.namespace': pod.namespace,
        'metadata.uid': pod.uid,
        'spec.serviceAccountName': serviceAccountName,
        'status.podIP': '127.0.0.1',
      },
      aliases: this.options.aliases,
      mounts: volumeFolders(template, home),
      port,
      otherPorts: new Map(
        otherPorts(containers[0]).flatMap(({ name, containerPort }) => {
          const local = others.get(containerPort);
          return name === undefined || local === undefined ? [] : [[name, local] as const];
        }),
      ),
      podName: pod.name,
      path: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      home,
    });
  }

  private configMap(namespace: string, name: string): Record<string, string> | undefined {
    const map = this.options.mirror.get({ type: resourceTypes.configMap, scope: namespace, name });
    if (map === undefined) return undefined;
    const entries = Object.entries(objectAt(map.spec, 'data'));
    return Object.fromEntries(
      entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    );
  }

  /** Every namespace has the account `default` (kubernetes.io/docs/concepts/security/service-accounts). */
  private requireServiceAccount(namespace: string, name: string): void {
    if (name === 'default') return;
    const account = this.options.mirror.get({ type: resourceTypes.serviceAccount, scope: namespace, name });
    if (account === undefined) throw new PodStartError(`ServiceAccount "${name}" not found`);
  }
}

/** A grandchild may keep the pipes open for ever; its words are not waited for longer than this. */
const lastWordsMs = 250;

async function endOf(child: TetheredChild): Promise<ChildExit> {
  const closed = once(child.process, 'close').catch(() => undefined);
  const exit = await child.exited;
  await Promise.race([closed, delay(lastWordsMs, undefined, { ref: false })]);
  return exit;
}
