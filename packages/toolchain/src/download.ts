import { createWriteStream } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { WayFailed } from './way.js';

export interface DownloadLimits {
  /** Longest time until the connection stands and the answer begins, in milliseconds. */
  readonly connectMs: number;
  /** Longest silence in the middle of the answer, in milliseconds. */
  readonly idleMs: number;
}

const defaults: DownloadLimits = { connectMs: 5000, idleMs: 20_000 };

/**
 * Downloads a file, following up to five redirects.
 * @throws WayFailed soon after the network turns out to be missing; it never waits longer than its limits in silence.
 */
export async function download(url: string, file: string, limits: DownloadLimits = defaults): Promise<void> {
  const answer = await follow(new URL(url), limits, 5);
  answer.setTimeout(limits.idleMs, () =>
    answer.destroy(new Error(`nothing arrived for ${limits.idleMs / 1000} s`)),
  );
  try {
    await pipeline(answer, createWriteStream(file));
  } catch (error) {
    throw failed(url, error);
  }
}

async function follow(url: URL, limits: DownloadLimits, redirects: number): Promise<IncomingMessage> {
  const answer = await request(url, limits);
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400 && headers.location && redirects > 0) {
    answer.resume();
    return follow(new URL(headers.location, url), limits, redirects - 1);
  }
  if (statusCode === 200) return answer;
  answer.resume();
  throw new WayFailed(`Download: ${url.href} answered ${statusCode}.`);
}

function request(url: URL, { connectMs }: DownloadLimits): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const pending = get(url, { headers: { 'user-agent': 'leasehold' } }, (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    const timer = setTimeout(
      () => pending.destroy(new Error(`no answer within ${connectMs / 1000} s`)),
      connectMs,
    );
    pending.once('error', (error) => {
      clearTimeout(timer);
      reject(failed(url.href, error));
    });
  });
}

function failed(url: string, error: unknown): Error {
  if (isDiskFull(error)) return error;
  const reason =
    error instanceof Error
      ? error.message || ('code' in error ? String(error.code) : error.name)
      : String(error);
  return new WayFailed(`Download: ${url} could not be fetched (${reason}).`);
}

function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
