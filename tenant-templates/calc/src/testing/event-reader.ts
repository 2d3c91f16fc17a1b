import { z } from 'zod';
import type { Pod } from '@leasehold/tenant-kit/testing';

export interface ReceivedEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

const data = z.record(z.string(), z.unknown());

/** Reads a pod's `/v1/events`, as a browser does. */
export class EventReader implements AsyncDisposable {
  private rest = '';
  private received: ReceivedEvent[] = [];
  private ended = false;

  private constructor(private readonly pieces: ReadableStreamDefaultReader<Uint8Array>) {}

  static async open(
    pod: Pick<Pod, 'url'>,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<EventReader> {
    const response = await fetch(`${pod.url}/v1/events${query}`, { headers });
    if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null)
      throw new Error(`answered ${response.status}: ${await response.text()}`);
    return new EventReader(response.body.getReader());
  }

  /** The next events, as many as are asked for. @throws Error when the stream ends before. */
  async take(count: number): Promise<ReceivedEvent[]> {
    while (this.received.length < count) {
      if (this.ended) throw new Error(`The stream ended after ${this.received.length} of ${count} events.`);
      await this.readOn();
    }
    return this.received.splice(0, count);
  }

  /** The events to the end of the stream. */
  async end(): Promise<ReceivedEvent[]> {
    while (!this.ended) await this.readOn();
    return this.received.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pieces.cancel().catch(() => undefined);
  }

  private async readOn(): Promise<void> {
    const { value, done } = await this.pieces.read().catch(() => ({ value: undefined, done: true }));
    if (done) this.ended = true;
    const parts = (this.rest + Buffer.from(value ?? []).toString()).split('\n\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(part.split('\n').map((line) => split(line)));
      const text = fields.get('data');
      if (text === undefined) continue;
      const event = { id: fields.get('id') ?? '', event: fields.get('event') ?? '' };
      this.received.push({ ...event, data: data.parse(JSON.parse(text)) });
    }
  }
}

function split(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon), line.slice(colon + 2)];
}
