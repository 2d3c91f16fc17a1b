/** Of an answer's body, in bytes; what is read of services that are not ours. */
const maxBytes = 256 * 1024;

/** The other side has not answered as asked. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/**
 * Asks for a JSON document, within a time, without following redirects (which could lead into the cluster).
 * @throws RemoteError with the status, or for an answer that is too long or not JSON; the error of fetch for one that did not come.
 */
export async function fetchJson(
  url: URL,
  { timeoutMs, ...init }: RequestInit & { timeoutMs: number },
): Promise<unknown> {
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json', 'user-agent': 'leasehold-memes', ...headersOf(init) },
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new RemoteError(`${url.host} answered ${response.status}.`);
  }
  const body = await shortBody(response);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new RemoteError(`${url.host} answered something that is not JSON.`, { cause });
  }
}

async function shortBody(response: Response): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return Buffer.concat(chunks).toString('utf8');
    size += chunk.value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new RemoteError(`The answer is longer than ${maxBytes} bytes.`);
    }
    chunks.push(chunk.value);
  }
}

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}
