import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRules } from './faults.repository.js';
import { cloudSentence, type FaultyCall } from './cloud-sentence.js';
import type { Fault } from './fault.js';

/** The cloud failed as a rule said. Its message is what the real provider would have reported. */
export class CloudFaultError extends Error {
  override readonly name = 'CloudFaultError';
}

/** Without rules a call costs no query: whether there are any is looked up this often, in milliseconds. */
const lookAgainMs = 250;

/** Lets calls through to the cloud, each with the fault that a rule has for it. */
export class FaultyCalls {
  #lookedAt = -Infinity;
  #armed: Promise<boolean> = Promise.resolve(false);

  constructor(
    private readonly rules: Pick<FaultRules, 'armed' | 'take'>,
    private readonly cell: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Looks ahead of the first call, so that it need not wait. */
  prepare(): void {
    void this.#anyRules().catch(() => undefined);
  }

  /** @throws CloudFaultError before the work has begun, or, when the answer is lost, after it is done */
  async run<T>(call: FaultyCall, work: () => Promise<T>): Promise<T> {
    const fault = await this.#next(call);
    if (fault === undefined) return work();
    if (fault.delayMs > 0) await delay(fault.delayMs, undefined, { signal: this.signal });
    if (fault.fault === 'slow') return work();
    if (fault.fault === 'lost') await work();
    throw new CloudFaultError(cloudSentence(call, fault.fault));
  }

  async #next({ key, operation }: FaultyCall): Promise<Fault | undefined> {
    if (!(await this.#anyRules())) return undefined;
    return this.rules.take({ cell: this.cell, ...key }, operation);
  }

  #anyRules(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#lookedAt > lookAgainMs) {
      this.#lookedAt = now;
      this.#armed = this.rules.armed(this.cell);
    }
    return this.#armed;
  }
}
