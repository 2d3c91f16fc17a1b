import type { SequencedEvent } from '../events/log-event.js';

/** Shorter than what proxies on the way wait for a sign of life. */
const aliveMs = 15_000;
const alive = ': still here\n\n';

/** Events as Server-Sent Events, their places as ids; a comment now and then while there are none. */
export async function* eventStream(
  groups: AsyncIterable<readonly SequencedEvent[]>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const source = groups[Symbol.asyncIterator]();
  try {
    let next = takeNext(source);
    yield 'retry: 1000\n\n';
    while (!signal.aborted) {
      const group = await orSilence(next);
      if (group === 'silence') {
        yield alive;
        continue;
      }
      if (group.done === true) return;
      next = takeNext(source);
      yield group.value.map(asText).join('');
    }
  } finally {
    await source.return?.();
  }
}

function asText({ sequence, event }: SequencedEvent): string {
  return `id: ${sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** One group ahead; its failure is known to whoever waits for it, and to nobody when the client has gone. */
function takeNext<T>(source: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const next = source.next();
  next.catch(() => undefined);
  return next;
}

async function orSilence<T>(next: Promise<T>): Promise<T | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(() => resolve('silence'), aliveMs);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}
