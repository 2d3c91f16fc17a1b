import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Tenant } from '../ground/pod-environment.js';
import type { Subject } from '../subject.js';
import { becomes } from '../wait-for.js';

const startMs = 10_000;
const attempts = 10;

export const isolates: Check = {
  name: 'isolation',
  promise:
    'touches the rows of its own tenant alone, and acknowledges nothing when it is given the prefix of another',
  async run(subject) {
    const [one, other] = [await subject.newTenant(), await subject.newTenant()];
    const [mine, theirs] = [subject.newProbe(one), subject.newProbe(other)];
    const refusedBefore = await subject.ground.refusedCalls();
    await using first = await subject.start(one);
    await using second = await subject.start(other);
    await mine.prepare(first);
    await theirs.prepare(second);
    await mine.writeAll(first, 10);
    await theirs.writeAll(second, 5);
    const mixed = (await mine.violation(first)) ?? (await theirs.violation(second));
    if (mixed !== undefined)
      throw new CheckFailed(
        `With two tenants: ${mixed}`,
        'Keep nothing outside the rows below ROW_KEY_PREFIX.',
      );
    if (await mine.visibleIn(second, theirs))
      throw new CheckFailed(
        "One tenant's pod answers with what was written to another's.",
        'Keep nothing outside the rows below ROW_KEY_PREFIX: no files, no shared memory.',
      );
    if ((await subject.ground.refusedCalls()) > refusedBefore)
      throw new CheckFailed(
        "The data gateway refused calls for rows outside the tenant's prefix.",
        'Begin every row key and every range with ROW_KEY_PREFIX and #.',
      );
    await refusesForeignPrefix(subject, one, other);
  },
};

/** The token speaks for one tenant and the prefix is another's: the gateway refuses, and the template must not pretend. */
async function refusesForeignPrefix(subject: Subject, caller: Tenant, victim: Tenant): Promise<void> {
  await using pod = await subject.spawn(caller, { ROW_KEY_PREFIX: victim.prefix });
  const probe = subject.newProbe(caller);
  const answers = async (): Promise<boolean> =>
    pod.exit !== undefined || (await pod.tryAsk(subject.manifest.health.live)) !== undefined;
  await becomes(answers, subject.within(startMs));
  for (const { acknowledged } of await Promise.all(
    Array.from({ length: attempts }, () => probe.attempt(pod)),
  )) {
    if (acknowledged)
      throw new CheckFailed(
        'With the prefix of another tenant a write was acknowledged, although the data gateway refuses it.',
        'Acknowledge a write only when the data gateway has acknowledged it.',
      );
  }
}
