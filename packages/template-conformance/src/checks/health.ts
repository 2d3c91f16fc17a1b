import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Pod } from '../ground/pod.js';
import type { Subject } from '../subject.js';
import { becomes } from '../wait-for.js';

/** Three probes of the platform, five seconds apart. */
const noticeMs = 15_000;
const recoverMs = 30_000;

export const health: Check = {
  name: 'health',
  promise:
    'says the truth of its health: not ready while the data gateway is away, alive all the time, ready again after',
  async run(subject) {
    await using pod = await subject.start(await subject.newTenant());
    await requireAlive(subject, pod, 'while all is well');
    if (subject.manifest.dataClasses.length === 0) return;
    await subject.ground.link.cut();
    if (!(await becomes(async () => !(await subject.isReady(pod)), subject.within(noticeMs))))
      throw new CheckFailed(
        `The data gateway was away for 15 s, and ${subject.manifest.health.ready} still answers 200.`,
        'Ask the data gateway (PingAndWarm) when the probe asks, and answer 503 when it does not answer.',
      );
    await requireAlive(
      subject,
      pod,
      'while the data gateway is away (the platform would restart it for nothing)',
    );
    await subject.ground.link.mend();
    if (!(await becomes(() => subject.isReady(pod), subject.within(recoverMs))))
      throw new CheckFailed(
        `The data gateway is back for 30 s, and ${subject.manifest.health.ready} does not answer 200.`,
        'Connect again without a restart.',
      );
  },
};

async function requireAlive({ manifest }: Subject, pod: Pod, when: string): Promise<void> {
  const answer = await pod.tryAsk(manifest.health.live);
  if (answer?.status === 200) return;
  throw new CheckFailed(
    `${manifest.health.live} is answered ${answer?.status ?? 'nothing'} ${when}.`,
    'Answer it with 200 as long as the process can answer at all.',
  );
}
