import { request } from 'node:http';

export interface ProbeTarget {
  port: number;
  path: string;
  timeoutMs: number;
}

/** One HTTP probe, as the kubelet makes it: 200 to 399 is a success. Undefined then, else the reason. Never throws. */
export function probeOnce(
  { port, path, timeoutMs }: ProbeTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => call.destroy(new Error(`no answer within ${String(timeoutMs)} ms`)),
      timeoutMs,
    );
    const done = (reason: string | undefined): void => {
      clearTimeout(timer);
      resolve(reason);
    };
    const headers = { 'user-agent': 'kube-probe/leasehold', connection: 'close' };
    const call = request({ host: '127.0.0.1', port, path, agent: false, headers, signal }, (answer) => {
      const status = answer.statusCode ?? 0;
      // The body does not matter; a pod that never ends it must not keep the connection.
      answer.destroy();
      done(status >= 200 && status < 400 ? undefined : `${path} answered ${String(status)}`);
    });
    call.on('error', (error) => done(error.message));
    call.end();
  });
}
