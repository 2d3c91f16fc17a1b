import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { checkedLookup } from '../webhooks/checked-lookup.js';
import { hostOf, urlProblem, type Reach } from '../webhooks/reachable-address.js';

const timeLimitMs = 5_000;
const answerLimitBytes = 256 * 1024;

/** What a client's own server did not do as it should; the message ends a sentence that begins with the URL's name. */
export class GuardedGetError extends Error {
  override readonly name = 'GuardedGetError';
}

/**
 * Asks a URL that somebody else has named for a JSON document. Every address of its name is checked where the connection
 * is made, as webhooks' are; redirects are not followed.
 * @throws GuardedGetError
 */
export async function guardedGet(text: string, reach: Reach, signal: AbortSignal): Promise<unknown> {
  const problem = urlProblem(text, reach);
  if (problem !== undefined) throw new GuardedGetError(problem);
  const timeout = AbortSignal.timeout(timeLimitMs);
  try {
    return JSON.parse(await getText(new URL(text), reach, AbortSignal.any([timeout, signal])));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GuardedGetError) throw error;
    if (timeout.aborted) throw new GuardedGetError(`did not answer within ${timeLimitMs / 1000} s`);
    if (error instanceof SyntaxError) throw new GuardedGetError('did not answer with JSON', { cause: error });
    // The system's own words could tell what is in our network.
    throw new GuardedGetError('cannot be reached, or leads to an address that is not public', {
      cause: error,
    });
  }
}

function getText(url: URL, reach: Reach, signal: AbortSignal): Promise<string> {
  const options: RequestOptions = {
    host: hostOf(url),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, accept: 'application/json' },
    lookup: checkedLookup(reach),
    agent: false,
    signal,
  };
  return new Promise((fulfil, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      if (response.statusCode !== 200) {
        request.destroy(new GuardedGetError(`answered ${response.statusCode ?? 0} instead of 200`));
        return;
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > answerLimitBytes)
          request.destroy(new GuardedGetError(`answered with more than ${answerLimitBytes / 1024} KiB`));
      });
      response.once('end', () => fulfil(Buffer.concat(chunks).toString()));
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end();
  });
}
