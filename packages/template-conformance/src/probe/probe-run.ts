import { randomUUID } from 'node:crypto';
import type { ConformanceProbe, ProbeRequest } from '@leasehold/template-manifest';
import { CheckFailed } from '../verdict.js';
import type { Tenant } from '../ground/pod-environment.js';
import type { Answer, Pod } from '../ground/pod.js';
import { waitFor } from '../wait-for.js';
import { fillIn, type FilledRequest } from './fill-in.js';
import { judge } from './judge.js';
import { pointedAt } from './pointed-at.js';

export type Written =
  { readonly acknowledged: true } | { readonly acknowledged: false; readonly answer?: Answer };

/** How a request gets its answer; undefined when there is none. */
type Ask = (path: string, init: RequestInit) => Promise<Answer | undefined>;

const setupMs = 20_000;

/** Writes to one tenant as its manifest says, and what they were answered: over all pods and lives of the tenant. */
export class ProbeRun {
  private readonly uuid = randomUUID();
  private setupValue = '';
  private sent = 0;
  /** What each acknowledged write captured. */
  readonly captured: string[] = [];

  constructor(
    private readonly probe: ConformanceProbe,
    private readonly tenant: Tenant,
  ) {}

  /** Asks what the manifest wants asked first. @throws CheckFailed when it is not acknowledged. */
  async prepare(pod: Pod): Promise<void> {
    const { setup } = this.probe;
    if (setup === undefined) return;
    const { path, init } = this.filled(setup);
    // Whoever sets up under a rate limit comes back, as a client does.
    const answer = await waitFor(async () => {
      const asked = await pod.ask(path, init);
      return asked.status === 429 ? undefined : asked;
    }, setupMs);
    if (answer?.status !== setup.status)
      throw new CheckFailed(
        `The setup of the probe (${setup.method} ${path}) was answered ${answer?.status ?? 429}: ${excerpt(answer)}.`,
        'Mend conformance.probe.setup in template.json, or the route.',
      );
    this.setupValue = pointedAt(answer.body, setup.capture ?? '') ?? '';
  }

  /** One write, over the way that is given. */
  async write(pod: Pod, ask: Ask = (path, init) => pod.tryAsk(path, init)): Promise<Written> {
    const { write } = this.probe;
    this.sent += 1;
    const { path, init } = this.filled(write);
    const answer = await ask(path, init);
    if (answer === undefined) return { acknowledged: false };
    if (answer.status !== write.status) return { acknowledged: false, answer };
    this.captured.push(pointedAt(answer.body, write.capture ?? '') ?? '');
    return { acknowledged: true };
  }

  /** Writes that must all be acknowledged. @throws CheckFailed */
  async writeAll(pod: Pod, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const written = await this.write(pod);
      if (!written.acknowledged) throw this.notAcknowledged(written.answer);
    }
  }

  /** Sets up where the manifest says so, and writes: acknowledged only when the write was. */
  async attempt(pod: Pod): Promise<Written> {
    const { setup } = this.probe;
    if (setup !== undefined) {
      const { path, init } = this.filled(setup);
      const answer = await pod.tryAsk(path, init);
      if (answer?.status === setup.status)
        this.setupValue = pointedAt(answer.body, setup.capture ?? '') ?? '';
    }
    return this.write(pod);
  }

  /** Writes over some connections, until the pod is gone. */
  async writeUntilGone(pod: Pod, connections: number): Promise<void> {
    const one = async (): Promise<void> => {
      while (pod.exit === undefined) {
        const written = await this.write(pod);
        if (!written.acknowledged && written.answer === undefined) return;
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
  }

  /** Whether another tenant's pod shows what was written to this one, and not to its own. */
  async visibleIn(pod: Pod, other: ProbeRun): Promise<boolean> {
    const { check } = this.probe;
    const mine = this.captured.findLast((value) => !other.captured.includes(value));
    if (check.kind === 'unique' || (check.kind === 'readable' && mine === undefined)) return false;
    const { path, init } = this.filled(check.read, mine);
    const answer = await pod.tryAsk(path, init);
    if (answer?.status !== check.read.status) return false;
    return check.kind === 'readable' || Number(pointedAt(answer.body, check.pointer)) > 0;
  }

  /** What is wrong with the stored data, as a sentence; undefined when all of it is as it must be. */
  violation(pod: Pod): Promise<string | undefined> {
    const read = (request: ProbeRequest, value: string): Promise<Answer | undefined> => {
      const { path, init } = this.filled(request, value);
      return pod.tryAsk(path, init);
    };
    return judge(this.probe.check, { captured: this.captured, sent: this.sent, read });
  }

  notAcknowledged(answer: Answer | undefined): CheckFailed {
    const { write } = this.probe;
    const seen = answer === undefined ? 'got no answer' : `was answered ${answer.status}: ${excerpt(answer)}`;
    return new CheckFailed(
      `The write of the probe (${write.method} ${write.path}) ${seen}, not ${write.status}.`,
      'Mend conformance.probe.write in template.json, or the route.',
    );
  }

  private filled(request: ProbeRequest, value = ''): FilledRequest {
    const { uuid, sent, setupValue } = this;
    return fillIn(request, { uuid, n: sent, token: this.tenant.userToken, setup: setupValue, value });
  }
}

function excerpt(answer: Answer | undefined): string {
  return answer === undefined ? '' : answer.body.slice(0, 200);
}
