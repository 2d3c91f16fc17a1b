import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiClient, type ApiClient, type ApiOptions } from '@leasehold/api-client';
import { parseSettings } from '@leasehold/settings';
import { createPrinter, type Printer, type Streams } from './output/printer.js';
import { UsageError } from './exit-code.js';

/** What a command works with. */
export interface Context {
  env: NodeJS.ProcessEnv;
  streams: Streams;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  printer: Printer;
  /** Asks a person; undefined when nobody can answer. */
  ask: ((question: string) => Promise<string>) | undefined;
}

/** Where the API answers, without a slash at the end. @throws SettingsError */
export function apiAddress({ env }: Pick<Context, 'env'>): string {
  const { LEASEHOLD_URL, LEASEHOLD_PORT } = parseSettings('cli', env);
  return (LEASEHOLD_URL ?? `http://127.0.0.1:${LEASEHOLD_PORT}`).replace(/\/+$/, '');
}

/** Address and key of the API. @throws SettingsError, or UsageError when there is no key. */
export async function apiOptions(context: Pick<Context, 'env'>): Promise<ApiOptions & { apiKey: string }> {
  const { LEASEHOLD_API_KEY, LEASEHOLD_DATA_DIR } = parseSettings('cli', context.env);
  return {
    baseUrl: apiAddress(context),
    apiKey: LEASEHOLD_API_KEY ?? (await keyFromDataDir(LEASEHOLD_DATA_DIR)),
  };
}

export async function api(context: Context): Promise<ApiClient> {
  return createApiClient({ ...(await apiOptions(context)), fetch: fetchUntil(context.signal) });
}

/** Ctrl-C ends a request that waits for its answer. */
export function fetchUntil(signal: AbortSignal): (request: Request) => Promise<Response> {
  return (request) => fetch(request, { signal });
}

async function keyFromDataDir(dataDir: string): Promise<string> {
  const file = join(dataDir, 'admin.key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new UsageError(
      `There is no API key: set LEASEHOLD_API_KEY, or run this where ${file} can be read (LEASEHOLD_DATA_DIR).`,
    );
  }
}

export function newContext(
  env: NodeJS.ProcessEnv,
  streams: Streams,
  signal: AbortSignal,
  json: boolean,
  ask: Context['ask'],
): Context {
  return { env, streams, signal, ask, printer: createPrinter(json, streams) };
}
