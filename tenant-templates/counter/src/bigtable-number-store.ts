import { rowKey, type TenantData } from '@leasehold/tenant-data';
import type { Block } from './held-numbers.js';
import type { NumberStore } from './number-store.js';

const table = 'counters';
/** The greatest number reserved so far. */
const column = 'c:reserved';

/** The counter in its one row, `<prefix>#counter`. */
export class BigtableNumberStore implements NumberStore {
  private readonly key: string;

  constructor(
    private readonly data: TenantData,
    prefix: string,
  ) {
    this.key = rowKey(prefix, 'counter');
  }

  async reserve(count: number): Promise<Block> {
    const last = safeNumber(await this.data.increment(table, this.key, column, BigInt(count)));
    return { first: last - count + 1, last };
  }

  giveBack({ first, last }: Block): Promise<boolean> {
    return this.data.compareAndSet(table, this.key, column, BigInt(last), BigInt(first - 1));
  }

  close(): Promise<void> {
    return this.data.close();
  }
}

/** @throws RangeError for a number that JavaScript cannot hold exactly: after 2^53, or a row that something else wrote. */
function safeNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`The stored counter is ${value}, which is not a number that can be counted on from.`);
}
