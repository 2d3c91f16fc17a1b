import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import {
  loadResultSchema,
  progressSchema,
  type Load,
  type LoadResult,
  type Progress,
} from './load-messages.js';

type Wanted = Pick<Load, 'connections' | 'request' | 'requests'> & { readonly ports: readonly number[] };
type Options = Partial<Pick<Load, 'tokens' | 'differentKeys' | 'again' | 'keepBodies'>>;

/** Sends the load from a process of its own, so that it takes no time from what it measures. */
export async function sendLoad(
  load: Wanted & Options,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<LoadResult> {
  let tell: (result: LoadResult) => void = () => undefined;
  const answer = new Promise<LoadResult>((resolve) => (tell = resolve));
  const service = await forkService({
    entry: fileURLToPath(new URL('./load.main.js', import.meta.url)),
    parseFacts: () => undefined,
    onMessage: (message) => {
      const progress = progressSchema.safeParse(message);
      if (progress.success) onProgress(progress.data);
      const result = loadResultSchema.safeParse(message);
      if (result.success) tell(result.data);
    },
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    const usual = { tokens: [], differentKeys: 0, again: false, keepBodies: false };
    service.send({ ...usual, ...load, ports: [...load.ports] } satisfies Load);
    return await answer;
  } finally {
    await service.stop();
  }
}
