import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';

/** What the generator of load sends: GET over connections that are kept, each asking for the next when it has its answer. */
export interface Load {
  readonly ports: readonly number[];
  readonly connections: number;
  readonly path: string;
  readonly tokens: readonly string[];
  /** Request `n` is sent with token `n` modulo their number. */
  readonly requests: number;
  /** Request `n` has the idempotency key `n` modulo this; absent: none. */
  readonly differentKeys?: number;
}

const measured = z.object({
  statuses: z.record(z.string(), z.int()),
  /** Requests whose connection ended without an answer; each was sent again. */
  lost: z.int(),
  perSecond: z.number(),
  p50: z.number(),
  p99: z.number(),
});

export type Measured = z.infer<typeof measured>;

/** Sends the load from a process of its own, so that it takes no time from what it measures. */
export async function sendLoad(load: Load): Promise<Measured> {
  let tell: (message: unknown) => void = () => undefined;
  const answer = new Promise<unknown>((resolve) => (tell = resolve));
  const service = await forkService({
    entry: fileURLToPath(new URL('./load.main.js', import.meta.url)),
    parseFacts: () => undefined,
    onMessage: tell,
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    service.send({ ...load, ports: [...load.ports], tokens: [...load.tokens] });
    return measured.parse(await answer);
  } finally {
    await service.stop();
  }
}
