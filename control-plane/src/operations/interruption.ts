/** Why a running step is told to stop; the reason of its abort signal. */
export type InterruptionKind = 'cancelled' | 'lease_lost' | 'stopping' | 'timeout';

export class Interruption extends Error {
  override readonly name = 'Interruption';
  constructor(readonly kind: InterruptionKind) {
    super(sentences[kind]);
  }
}

const sentences: Readonly<Record<InterruptionKind, string>> = {
  cancelled: 'Cancelled on request.',
  lease_lost: 'Another worker has taken over.',
  stopping: 'The worker is stopping.',
  timeout: 'The step took longer than it may.',
};

/** The interruption that a signal carries, or undefined when it was not aborted by the engine. */
export function interruptionOf(signal: AbortSignal): Interruption | undefined {
  return signal.aborted && signal.reason instanceof Interruption ? signal.reason : undefined;
}
