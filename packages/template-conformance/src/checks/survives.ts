import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import { becomes } from '../wait-for.js';

const lives = 3;
const writesPerLife = 60;
const connections = 6;
/** A slow template is killed with fewer writes. */
const workMs = 15_000;

export const survives: Check = {
  name: 'durability',
  promise: 'loses nothing that it acknowledged when it is killed with SIGKILL in the middle of its work',
  async run(subject) {
    const tenant = await subject.newTenant();
    const probe = subject.newProbe(tenant);
    for (let life = 1; life <= lives; life++) {
      await using pod = await subject.start(tenant);
      if (life === 1) await probe.prepare(pod);
      await probe.writeAll(pod, 1);
      const writing = probe.writeUntilGone(pod, connections);
      const inTheMiddle = (): Promise<boolean> =>
        Promise.resolve(pod.exit !== undefined || probe.captured.length >= life * writesPerLife);
      await becomes(inTheMiddle, subject.within(workMs));
      pod.signal('SIGKILL');
      await writing;
      await pod.exited;
    }
    await using pod = await subject.start(tenant);
    await probe.writeAll(pod, 1);
    const violation = await probe.violation(pod);
    if (violation === undefined) return;
    throw new CheckFailed(
      `After ${lives} kills: ${violation}`,
      'Acknowledge a write only when the data gateway has acknowledged it; keep nothing in memory alone.',
    );
  },
};
