import { rowKey, type TenantData } from '@leasehold/tenant-data';
import { decodeState, encodeState, unused, type SequenceState } from './sequence-state.js';
import type { SequenceStore } from './sequence-store.js';

const table = 'integers';
const column = 'n:sequence';

/** Each user's sequence in a row of its own, `<prefix>#sequence#<user>`. */
export class BigtableSequenceStore implements SequenceStore {
  constructor(
    private readonly data: TenantData,
    private readonly prefix: string,
  ) {}

  async read(user: string): Promise<SequenceState> {
    const row = await this.data.get(table, this.key(user));
    const cell = row?.cells.get(column);
    return cell === undefined ? unused : decodeState(cell.toString());
  }

  /** By the whole text of the state, which never comes back once it was replaced: each write has a number of its own in it. */
  replace(user: string, from: SequenceState, to: SequenceState): Promise<boolean> {
    const expected = from.writers.length === 0 ? undefined : encodeState(from);
    return this.data.compareAndSet(table, this.key(user), column, expected, encodeState(to));
  }

  private key(user: string): string {
    return rowKey(this.prefix, 'sequence', user);
  }
}
