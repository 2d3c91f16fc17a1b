import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { checkedLookup } from './checked-lookup.js';
import { hostOf, urlProblem, type Reach } from './reachable-address.js';
import type { Attempt } from './verdict.js';

/** In milliseconds, from the first look at the name to the last byte that counts. */
const timeLimitMs = 10_000;
/** What an endpoint says beside its status is of no use; more than this of it is not even read. */
const answerLimitBytes = 64 * 1024;

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends one message. The name is resolved by the connection itself and every address checked there, so what was checked is
 * what is connected to, whatever the name says a moment later. Redirects are not followed; no connection is used twice.
 * @returns what came back; a connection that failed is a result, not an exception
 */
export async function send(message: Message, reach: Reach, signal: AbortSignal): Promise<Attempt> {
  const problem = urlProblem(message.url, reach);
  if (problem !== undefined) return { kind: 'failed', reason: `Its URL ${problem}.` };
  const timeout = AbortSignal.timeout(timeLimitMs);
  try {
    const status = await post(message, reach, AbortSignal.any([timeout, signal]));
    return { kind: 'answered', status };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted)
      return { kind: 'failed', reason: `The endpoint did not answer within ${timeLimitMs / 1000} s.` };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function post({ url: text, headers, body }: Message, reach: Reach, signal: AbortSignal): Promise<number> {
  const url = new URL(text);
  const options: RequestOptions = {
    method: 'POST',
    host: hostOf(url),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
    lookup: checkedLookup(reach),
    agent: false,
    signal,
  };
  return new Promise((fulfil, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(options, (response) => {
      let bytes = 0;
      const done = (): void => {
        fulfil(response.statusCode ?? 0);
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > answerLimitBytes) done();
      });
      response.once('end', done);
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}
