import { openTenantData } from '@leasehold/tenant-data';
import { BigtableLogStore } from '../events/bigtable-log-store.js';
import { SharedEventLog, type SharedEventLogOptions } from '../events/shared-event-log.js';

/** The log of a tenant by the environment of its pods, as a replica of this process has it. */
export function openLog(
  env: Readonly<Record<string, string>>,
  options: Partial<SharedEventLogOptions> = {},
): { log: SharedEventLog; close: () => Promise<void> } {
  const { DATA_GATEWAY_ENDPOINT: endpoint = '', DATA_GATEWAY_TOKEN_FILE: tokenFile = '' } = env;
  const {
    BIGTABLE_PROJECT: project = '',
    BIGTABLE_INSTANCE: instance = '',
    ROW_KEY_PREFIX: prefix = '',
  } = env;
  const data = openTenantData({ endpoint, tokenFile, project, instance, prefix });
  const store = new BigtableLogStore(data, prefix);
  const log = new SharedEventLog({ store, maxQueuedEvents: 1000, onFailure: () => undefined, ...options });
  return {
    log,
    close: async () => {
      await log.close();
      await data.close();
    },
  };
}

const dayMs = 24 * 60 * 60_000;

/** Writes so many commands, each with its result and each in a batch of its own, three days ago. */
export async function writeEarlier(env: Readonly<Record<string, string>>, count: number): Promise<void> {
  const { log, close } = openLog(env, { now: () => Date.now() - 3 * dayMs });
  for (let n = 0; n < count; n++) await log.publish({ name: 'add', a: BigInt(n), b: 0n });
  await close();
}
