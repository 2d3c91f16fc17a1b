import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { loadResultSchema, type LoadResult } from '../load/load-messages.js';

/** Calls of one method with one message, one after the other on each connection. */
export const grpcLoadSchema = z.object({
  port: z.int(),
  connections: z.int(),
  calls: z.int(),
  /** `/package.Service/Method`. */
  path: z.string(),
  /** The message, in base64. */
  message: z.string(),
});
export type GrpcLoad = z.infer<typeof grpcLoadSchema>;

/** Makes the calls from a process of its own, so that it takes no time from what it measures. */
export async function sendGrpcLoad(load: GrpcLoad): Promise<LoadResult> {
  let tell: (result: LoadResult) => void = () => undefined;
  const answer = new Promise<LoadResult>((resolve) => (tell = resolve));
  const service = await forkService({
    entry: fileURLToPath(new URL('./grpc-load.main.js', import.meta.url)),
    parseFacts: () => undefined,
    onMessage: (message) => {
      const result = loadResultSchema.safeParse(message);
      if (result.success) tell(result.data);
    },
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    service.send(load);
    return await answer;
  } finally {
    await service.stop();
  }
}
