import { request } from 'node:http';
import type { ProbeTarget } from './probe.js';

/** The header of a readiness answer in which a pod says how much accepted work it has not finished. */
export const pendingWorkHeader = 'leasehold-pending-work';

/** A pod that does not answer may have work: it is asked again. */
const notKnown = 1;

/** Asks a pod what it still has to do, over its readiness path: the number it names, 0 when it names none. Never throws. */
export function pendingWork({ port, path, timeoutMs }: ProbeTarget): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'kube-probe/leasehold', connection: 'close' };
    const call = request({ host: '127.0.0.1', port, path, agent: false, headers }, (answer) => {
      clearTimeout(timer);
      answer.destroy();
      const named = Number(answer.headers[pendingWorkHeader] ?? 0);
      resolve(Number.isFinite(named) ? named : notKnown);
    });
    const timer = setTimeout(() => call.destroy(new Error('no answer in time')), timeoutMs);
    call.on('error', () => {
      clearTimeout(timer);
      resolve(notKnown);
    });
    call.end();
  });
}
