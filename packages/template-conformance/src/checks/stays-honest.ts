import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import { becomes } from '../wait-for.js';

/** All at once: a template may try each again until its own deadline. */
const writes = 30;
const recoverMs = 30_000;

export const staysHonest: Check = {
  name: 'honesty',
  promise:
    'answers 503 with Retry-After, or nothing, while the data gateway is away, and acknowledges only what is stored',
  async run(subject) {
    const tenant = await subject.newTenant();
    const probe = subject.newProbe(tenant);
    await using pod = await subject.start(tenant);
    await probe.prepare(pod);
    await probe.writeAll(pod, 3);
    await subject.ground.link.cut();
    for (const written of await Promise.all(Array.from({ length: writes }, () => probe.write(pod)))) {
      // What was reserved before may be handed out; a connection that ends says nothing wrong.
      if (written.acknowledged || written.answer === undefined) continue;
      const { status, headers } = written.answer;
      if (status !== 503 || !/^\d+$/.test(headers.get('retry-after') ?? ''))
        throw new CheckFailed(
          `With the data gateway away a write was answered ${status} (Retry-After: ${headers.get('retry-after') ?? 'none'}).`,
          'Answer 503 with Retry-After when nothing was stored, and close the connection when that is not known.',
        );
    }
    await subject.ground.link.mend();
    if (!(await becomes(async () => (await probe.write(pod)).acknowledged, subject.within(recoverMs))))
      throw new CheckFailed(
        'The data gateway is back for 30 s, and no write is acknowledged.',
        'Connect again without a restart.',
      );
    const violation = await probe.violation(pod);
    if (violation !== undefined)
      throw new CheckFailed(
        `After the data gateway was away: ${violation}`,
        'Acknowledge a write only when it is stored.',
      );
  },
};
