/**
 * What stands in for Google Pub/Sub: the calls of google.pubsub.v1 that the calculator makes, from Google's own definitions, for Google's own
 * client. It keeps all messages in memory, and fails as it is told to.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { z } from 'zod';

/** How it fails: refuses, or keeps the messages and loses its answer. */
export type Failure = 'refuse' | 'lose-answer';

const message = z.object({
  data: z.instanceof(Buffer),
  attributes: z.record(z.string(), z.string()),
  orderingKey: z.string(),
});
/** What is in there is the loader's to judge. */
const definitionsOfGoogle = z.custom<Parameters<typeof fromJSON>[0]>(
  (value) => typeof value === 'object' && value !== null && 'nested' in value,
);
const publishRequest = z.object({ topic: z.string(), messages: z.array(message) });

export interface KeptMessage {
  readonly data: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
}

export class PubSubStandIn implements AsyncDisposable {
  private readonly topics = new Map<string, KeptMessage[]>();
  private readonly server = new Server();
  private kept = 0;
  /** How calls end from now on; undefined: well. */
  failure: Failure | undefined;
  /** Calls that failed. */
  failed = 0;
  /** `host:port`, for PUBSUB_EMULATOR_HOST. */
  address = '';

  private constructor() {
    const service = definitions()['google.pubsub.v1.Publisher'];
    if (service === undefined || 'format' in service) throw new Error('There is no definition of Publisher.');
    this.server.addService(service, {
      publish: (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) =>
        this.publish(call.request, answer),
    });
  }

  static async start(): Promise<PubSubStandIn> {
    const standIn = new PubSubStandIn();
    const port = await new Promise<number>((resolve, reject) => {
      standIn.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    standIn.address = `127.0.0.1:${port}`;
    return standIn;
  }

  /** What a topic of the project `test-project` holds, in its order. */
  messages(topic: string): readonly KeptMessage[] {
    return this.topics.get(`projects/test-project/topics/${topic}`) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.forceShutdown();
    await Promise.resolve();
  }

  private publish(request: unknown, answer: sendUnaryData<unknown>): void {
    if (this.failure === 'refuse') {
      this.failed += 1;
      answer({ code: status.PERMISSION_DENIED, details: 'The caller may not publish.' });
      return;
    }
    const { topic, messages } = publishRequest.parse(request);
    const kept = this.topics.get(topic) ?? [];
    this.topics.set(topic, kept);
    for (const { data, ...rest } of messages) kept.push({ data: JSON.parse(data.toString()), ...rest });
    if (this.failure === 'lose-answer') {
      this.failed += 1;
      answer({ code: status.UNAVAILABLE, details: 'The connection was lost.' });
      return;
    }
    answer(null, { messageIds: messages.map(() => String(++this.kept)) });
  }
}

/** Google's definitions, as its client has them. */
function definitions() {
  const client = createRequire(import.meta.url).resolve('@google-cloud/pubsub');
  const api = createRequire(client).resolve('@google-cloud/pubsub-api');
  const json = new URL('../protos/protos.json', `file://${api}`);
  const root: unknown = JSON.parse(readFileSync(json, 'utf8'));
  return fromJSON(definitionsOfGoogle.parse(root), { defaults: true });
}
