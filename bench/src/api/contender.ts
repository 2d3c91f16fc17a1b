/** An API over the same tables, in a process of its own. */
export interface ApiContender {
  readonly name: string;
  readonly pid: number;
  /** Sends the request and reads its answer to the end. @throws Error when it does not succeed */
  request(path: string, body?: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** Asks and reads the whole answer, as a client would. */
export async function ask(url: string, init: RequestInit = {}): Promise<void> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
}
