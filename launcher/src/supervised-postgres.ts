import { startPostgres, type RunningPostgres } from '@leasehold/embedded-postgres';
import { Supervised } from './supervised.js';

/** Supervises the embedded database; its address stays the same over its lives. */
export function supervisePostgres(
  folder: string,
  ownerPassword: string,
  onEvent: (line: string) => void,
): Supervised<RunningPostgres> {
  return new Supervised({ name: 'postgres', onEvent, begin: () => startPostgres({ folder, ownerPassword }) });
}
