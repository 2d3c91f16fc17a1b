import { openTenantData } from '@leasehold/tenant-data';
import type { Workload, WorkloadContext } from '@leasehold/tenant-kit';
import * as z from 'zod/mini';
import { Accounts } from './accounts/accounts.js';
import { BigtableAccountStore } from './accounts/bigtable-account-store.js';
import { integersRoutes } from './integers-routes.js';
import { BigtableSequenceStore } from './sequence/bigtable-sequence-store.js';
import { UserSequences } from './sequence/user-sequences.js';

/** The platform has filled in the default and judged the value; this guards a pod that is started by hand. */
const parameters = z.looseObject({
  minPasswordLength: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(64)), 1),
});

/** How long one call of the data gateway may take. A request whose outcome is in doubt asks again. */
const deadlineMs = 3_000;

/** The users of one tenant and their sequences, over rows of the shared Bigtable. */
export function createIntegers({ config, rows, logger }: WorkloadContext): Workload {
  const data = openTenantData({ ...rows, deadlineMs });
  const accounts = new Accounts({
    store: new BigtableAccountStore(data, config.data.prefix),
    onLeftover: (error) => logger.warn('a key that nobody has could not be removed', { error }),
  });
  const sequences = new UserSequences(new BigtableSequenceStore(data, config.data.prefix));
  const { minPasswordLength } = parameters.parse(config.parameters);
  return {
    routes: integersRoutes({ accounts, sequences, minPasswordLength }),
    ping: () => data.ping(),
    close: () => data.close(),
  };
}
