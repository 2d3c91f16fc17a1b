import { describeExit } from '@leasehold/processes';
import type { Check } from '../check.js';
import { CheckFailed, NotChecked } from '../verdict.js';
import type { Answer, Pod } from '../ground/pod.js';
import { sendRequest } from '../ground/sent-request.js';
import type { ProbeRun } from '../probe/probe-run.js';
import type { Subject } from '../subject.js';
import { becomes } from '../wait-for.js';

/** What the platform gives a pod between SIGTERM and SIGKILL. */
const graceMs = 30_000;
const noticeMs = 3_000;

export const drains: Check = {
  name: 'drain',
  promise: 'ends on SIGTERM with exit code 0, and answers first what it has accepted',
  async run(subject) {
    const tenant = await subject.newTenant();
    await using pod = await subject.start(tenant);
    const probe = probeOf(subject, tenant);
    await probe?.prepare(pod);
    const accepted = acceptRequests(subject, pod, probe);
    await accepted.underWay;
    pod.signal('SIGTERM');
    // A pod that stops takes no new connections; only then may what it waits for go on.
    await becomes(
      async () => (await pod.tryAsk(subject.manifest.health.live)) === undefined,
      subject.within(noticeMs),
    );
    subject.ground.link.release();
    const lost = (await accepted.answers).filter((answer) => answer === undefined).length;
    if (!(await becomes(() => Promise.resolve(pod.exit !== undefined), subject.within(graceMs))))
      throw new CheckFailed(
        'The process still runs 30 s after SIGTERM.',
        'Exit when the last answer is sent.',
      );
    if (lost > 0)
      throw new CheckFailed(
        `${lost} accepted requests were cut off by SIGTERM.`,
        'On SIGTERM stop accepting, answer what was accepted, flush, and only then exit.',
      );
    if (pod.exit !== undefined && pod.exit.code !== 0)
      throw new CheckFailed(
        `The process ended with ${describeExit(pod.exit)} after SIGTERM. ${pod.lastWords}`,
        'Exit with code 0 when all accepted requests were answered.',
      );
    const violation = probe === undefined ? undefined : await afterRestart(subject, tenant, probe);
    if (violation !== undefined)
      throw new CheckFailed(violation, 'Flush before the exit what was acknowledged.');
  },
};

function probeOf(subject: Subject, tenant: Parameters<Subject['newProbe']>[0]): ProbeRun | undefined {
  try {
    return subject.newProbe(tenant);
  } catch (error) {
    if (error instanceof NotChecked) return undefined;
    throw error;
  }
}

interface Accepted {
  /** Resolves when the process has certainly read the requests. */
  readonly underWay: Promise<unknown>;
  readonly answers: Promise<readonly (Answer | object | undefined)[]>;
}

/** Requests that wait for the data gateway, where the template needs it. */
function acceptRequests(subject: Subject, pod: Pod, probe: ProbeRun | undefined): Accepted {
  if (probe !== undefined) subject.ground.link.hold();
  const sent: Promise<void>[] = [];
  const send = (path: string, init: RequestInit): Promise<Answer | undefined> => {
    const request = sendRequest(pod.url(path), init);
    sent.push(request.sent);
    return request.answer;
  };
  const answers = Array.from({ length: 10 }, async () => {
    if (probe === undefined) return send('/', {});
    const written = await probe.write(pod, send);
    return written.acknowledged ? written : written.answer;
  });
  return { underWay: readBy(subject, pod, sent), answers: Promise.all(answers) };
}

/** What has left before a few questions, each asked after the answer to the one before, has been read. */
async function readBy(subject: Subject, pod: Pod, sent: readonly Promise<void>[]): Promise<void> {
  await Promise.all(sent);
  for (let i = 0; i < 5; i++) await pod.tryAsk(subject.manifest.health.live);
}

async function afterRestart(
  subject: Subject,
  tenant: Parameters<Subject['newProbe']>[0],
  probe: ProbeRun,
): Promise<string | undefined> {
  await using pod = await subject.start(tenant);
  await probe.write(pod);
  return await probe.violation(pod);
}
