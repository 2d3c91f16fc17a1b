import type { Answer, Pod } from '../ground/pod.js';

/** What a client knows after a request. */
export interface Told {
  readonly route: string;
  /** `odd`: neither what acknowledges it, nor 503 with Retry-After, nor a connection that ended. */
  readonly told: 'acknowledged' | 'refused' | 'unknown' | 'odd';
  readonly answer: Answer | undefined;
}

export interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The status that acknowledges it; 200 unless given. */
  readonly acknowledgedBy?: number;
}

/** Asks a route, named as `METHOD /path`, and says what the client knows then. */
export type Ask = (route: string, request?: Request) => Promise<Told>;

/** Requests to a pod, judged as a client would. @param token of the tenant's admin, sent unless a request has its own. */
export function askingOf(pod: Pod, token: string): Ask {
  return async (route, { acknowledgedBy = 200, headers, body } = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await pod.tryAsk(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { route, told: judge(answer, acknowledgedBy), answer };
  };
}

function judge(answer: Answer | undefined, acknowledgedBy: number): Told['told'] {
  if (answer === undefined) return 'unknown';
  if (answer.status === acknowledgedBy) return 'acknowledged';
  if (answer.status !== 503 || !/^[1-9]\d*$/.test(answer.headers.get('retry-after') ?? '')) return 'odd';
  return answer.body.includes('"outcome_unknown"') ? 'unknown' : 'refused';
}

/** The JSON of an answer that there must be. @throws Error when there is none. */
export function bodyOf({ route, answer }: Told): unknown {
  if (answer === undefined) throw new Error(`${route} was not answered.`);
  return JSON.parse(answer.body);
}
