import { describeExit, freePort } from '@leasehold/processes';
import { validateParameters, type TemplateManifest } from '@leasehold/template-manifest';
import { CheckFailed, NotChecked } from './verdict.js';
import type { Ground } from './ground/ground.js';
import type { Tenant } from './ground/pod-environment.js';
import { Pod } from './ground/pod.js';
import { ProbeRun } from './probe/probe-run.js';
import { waitFor } from './wait-for.js';

/** How long a pod may take from its start to being ready; the platform gives it no more. */
const startMs = 20_000;

/** The template under test, on the suite's ground. */
export class Subject {
  /** All pods that were started, for what is judged over all of them. */
  readonly pods: Pod[] = [];

  constructor(
    readonly manifest: TemplateManifest,
    readonly image: string,
    readonly ground: Ground,
    private readonly patience = 1,
  ) {}

  /** A deadline (ms), as long as the suite is willing to wait. */
  within(deadlineMs: number): number {
    return deadlineMs * this.patience;
  }

  /** A tenant with the template's parameters, defaults filled in. @throws CheckFailed when they do not fit their schema. */
  newTenant(parameters: Readonly<Record<string, unknown>> = {}): Promise<Tenant> {
    const given = { ...this.manifest.conformance?.parameters, ...parameters };
    const result = validateParameters(this.manifest, given);
    if (result.ok) return this.ground.newTenant(this.manifest, result.values);
    const wrong = result.errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw new CheckFailed(
      `The parameters ${JSON.stringify(given)} do not fit the template's own schema: ${wrong}.`,
      'Mend parameters or conformance.parameters in template.json.',
    );
  }

  /** Starts a pod without waiting for it. `changes` go over the documented environment. */
  async spawn(tenant: Tenant, changes: Readonly<Record<string, string>> = {}): Promise<Pod> {
    const otherPorts = new Map<string, number>();
    for (const { name } of this.manifest.ports) if (name !== 'http') otherPorts.set(name, await freePort());
    const env = {
      ...this.ground.environment(this.manifest, tenant, await freePort(), otherPorts),
      ...changes,
    };
    const pod = await Pod.spawn({ folder: this.image, command: this.manifest.run.command }, env);
    this.pods.push(pod);
    return pod;
  }

  /** Starts a pod and waits until it is ready. @throws CheckFailed when it does not become so. */
  async start(tenant: Tenant): Promise<Pod> {
    const pod = await this.spawn(tenant);
    try {
      await this.untilReady(pod);
      return pod;
    } catch (error) {
      await pod[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether the pod says that it can serve. */
  async isReady(pod: Pod): Promise<boolean> {
    const answer = await pod.tryAsk(this.manifest.health.ready);
    return answer?.status === 200;
  }

  /** @throws NotChecked when the template keeps no data; CheckFailed when it does and names no probe. */
  newProbe(tenant: Tenant): ProbeRun {
    const { dataClasses, conformance } = this.manifest;
    if (conformance?.probe !== undefined) return new ProbeRun(conformance.probe, tenant);
    if (dataClasses.length === 0) throw new NotChecked('The template keeps no data.');
    throw new CheckFailed(
      'The template keeps data, and does not say how to write some.',
      'Name a write and its check in conformance.probe of template.json (docs/templates.md has examples).',
    );
  }

  private async untilReady(pod: Pod): Promise<void> {
    const end = await waitFor(async () => {
      if (pod.exit !== undefined) return `It ended with ${describeExit(pod.exit)}.`;
      return (await this.isReady(pod)) ? 'ready' : undefined;
    }, this.within(startMs));
    if (end === 'ready') return;
    const { ready } = this.manifest.health;
    const answer = await pod.tryAsk(ready);
    const seen =
      end ??
      (answer
        ? `GET ${ready} is answered ${answer.status} after 20 s.`
        : `Nothing answers on PORT ${pod.port} after 20 s.`);
    throw new CheckFailed(
      `${seen} ${pod.lastWords}`,
      `Listen on PORT of 127.0.0.1 and answer ${ready} with 200, with nothing but the documented environment.`,
    );
  }
}
