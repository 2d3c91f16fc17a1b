import type { ServerResponse } from 'node:http';

/** Tells those who answer for long that they must end: the client has gone, or the pod stops. */
export class EndSignals {
  private readonly open = new Map<ServerResponse, AbortController>();
  private over = false;

  /** The signal of an answer; made only for those that ask. */
  of(response: ServerResponse): AbortSignal {
    const held = this.open.get(response);
    if (held !== undefined) return held.signal;
    const controller = new AbortController();
    if (this.over || response.destroyed) controller.abort();
    else {
      this.open.set(response, controller);
      response.once('close', () => {
        this.open.delete(response);
        controller.abort();
      });
    }
    return controller.signal;
  }

  /** The pod stops. */
  endAll(): void {
    this.over = true;
    for (const controller of this.open.values()) controller.abort();
  }
}
