import { ApiError, UnreachableError, createApiClient, unwrap, type ApiOptions } from '@leasehold/api-client';
import { z } from 'zod';
import { cliVersion } from '../version.js';
import { fail, ok, warn, type Finding } from './check.js';
import { checkClock, checkVersion } from './compare-api.js';

export interface ApiFindings {
  reachable: boolean;
  findings: Finding[];
}

/** Whether the API answers, is ready, is of this version, goes by this clock, and takes the key. */
export async function checkApi(options: ApiOptions): Promise<ApiFindings> {
  const client = createApiClient(options);
  const name = 'API';
  try {
    const sentAt = Date.now();
    const { data, error, response } = await client.GET('/readyz');
    const clock = checkClock(sentAt, Date.now(), response.headers.get('date'));
    const missing = missingParts(data ?? error);
    const state = response.ok
      ? ok(name, `${options.baseUrl} is ready`)
      : warn(name, `${options.baseUrl} answers, and is not ready: ${missing.join('; ')}`);
    const version = checkVersion(await cliVersion(), await metricsOf(options));
    return { reachable: true, findings: [state, version, clock, await checkKey(options)] };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { reachable: false, findings: [fail(name, `${error.message} \`npm start\` starts it.`)] };
  }
}

/** What stands at the address may be something else than the API. */
export const readiness = z.object({
  ready: z.boolean(),
  parts: z.array(z.object({ name: z.string(), ready: z.boolean(), message: z.string().optional() })),
});

function missingParts(body: unknown): string[] {
  const parsed = readiness.safeParse(body);
  if (!parsed.success) return ['it does not say what is missing'];
  const missing = parsed.data.parts.filter(({ ready }) => !ready);
  return missing.map(({ name, message }) => `${name}: ${message ?? 'not ready'}`);
}

async function checkKey(options: ApiOptions): Promise<Finding> {
  const name = 'API key';
  if (options.apiKey === undefined)
    return fail(name, 'There is none: set LEASEHOLD_API_KEY, or LEASEHOLD_DATA_DIR to where admin.key is.');
  try {
    await unwrap(createApiClient(options).GET('/v1/tenants', { params: { query: { limit: 1 } } }));
    return ok(
      name,
      (await isAdmin(options)) ? 'taken; an admin’s' : 'taken; not an admin’s, so some commands are refused',
    );
  } catch (error) {
    if (error instanceof ApiError) return fail(name, error.message);
    throw error;
  }
}

/** Keys are an admin's alone to see. */
async function isAdmin(options: ApiOptions): Promise<boolean> {
  const call = createApiClient(options).GET('/v1/api-keys', { params: { query: { limit: 1 } } });
  return (await call).response.ok;
}

async function metricsOf(options: ApiOptions): Promise<string> {
  const { data } = await createApiClient(options).GET('/metrics', { parseAs: 'text' });
  return data ?? '';
}
