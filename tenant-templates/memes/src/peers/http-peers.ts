import { Agent, request } from 'node:http';
import { DataUnavailableError } from '@leasehold/tenant-data';
import * as z from 'zod/mini';
import type { Lease } from '../ledger/lease.js';
import { parseAnswer } from './forward-message.js';
import { forwardPath, secretHeader } from './forward-route.js';
import type { ForwardAnswer, ForwardMessage, Peers } from './peers.js';

/** A leader that takes longer is taken for lost; its data gateway may answer a moment later than this. */
const answerMs = 2_500;
const problemSchema = z.object({ code: z.string() });

interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Other replicas over HTTP, on connections that are kept. */
export class HttpPeers implements Peers {
  private readonly agent = new Agent({ keepAlive: true });

  async send({ address, secret }: Lease, message: ForwardMessage): Promise<ForwardAnswer> {
    const answer = await this.post(new URL(forwardPath, address), secret, JSON.stringify(message));
    if (answer.status === 200) return parseAnswer(answer.body);
    const { success, data } = problemSchema.safeParse(jsonOf(answer.body));
    if (answer.status === 503 && success && data.code === 'unavailable')
      throw new DataUnavailableError('The replica that leads the shard cannot write; nothing was charged.');
    throw new Error(`The replica that leads the shard answered ${answer.status}.`);
  }

  close(): void {
    this.agent.destroy();
  }

  private post(url: URL, secret: string, body: string): Promise<Answered> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      [secretHeader]: secret,
    };
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(answerMs);
      const sent = request(url, { method: 'POST', agent: this.agent, headers, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
