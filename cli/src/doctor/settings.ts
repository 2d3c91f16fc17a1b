import type { ApiOptions } from '@leasehold/api-client';
import { apiAddress, apiOptions, fetchUntil, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';

/** The environment without the settings of this command that the launcher does not have. */
export function launcherSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LEASEHOLD_URL: undefined, LEASEHOLD_API_KEY: undefined };
}

/** Address and key of the API; a key that is nowhere is no error here. @throws SettingsError */
export async function optionsWithoutKey(context: Pick<Context, 'env' | 'signal'>): Promise<ApiOptions> {
  const fetch = fetchUntil(context.signal);
  try {
    return { ...(await apiOptions(context)), fetch };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { baseUrl: apiAddress(context), fetch };
  }
}
