import { z } from 'zod';

export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const object = z.record(z.string(), z.unknown());

/** Reads server-sent events as a browser would. */
export function readStream(answer: Response): {
  next(wanted: (event: ReadEvent) => boolean): Promise<ReadEvent>;
  close(): Promise<void>;
} {
  if (!answer.body) throw new Error(`The answer ${answer.status} has no body to read events from.`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const waiting: ReadEvent[] = [];
  let text = '';
  return {
    async next(wanted) {
      for (;;) {
        for (let event = waiting.shift(); event; event = waiting.shift()) if (wanted(event)) return event;
        const { value, done } = await reader.read();
        if (done) throw new Error('The stream ended before the event came.');
        const blocks = (text + value).split('\n\n');
        text = blocks.pop() ?? '';
        waiting.push(...blocks.flatMap(parse));
      }
    },
    close: () => reader.cancel(),
  };
}

function parse(block: string): ReadEvent[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, event, data] = [field('id'), field('event'), field('data')];
  if (id === undefined || event === undefined || data === undefined) return [];
  return [{ id, event, data: object.parse(JSON.parse(data)) }];
}
