import type { Block, Unused } from './held-numbers.js';

/** The tenant's counter in the shared Bigtable: the greatest number reserved, and how often it was changed. */
export interface NumberStore {
  /**
   * Reserves the next `count` numbers in one atomic step.
   * @throws Error when the store refuses, cannot be reached, or its answer is lost: then the numbers may be reserved
   *   all the same, and nobody will ever use them.
   */
  reserve(count: number): Promise<Block>;
  /**
   * Moves the counter back to just before the unused numbers, if nothing was reserved or given back since their
   * generation. Sent once and never repeated.
   * @returns whether it moved.
   */
  giveBack(unused: Unused): Promise<boolean>;
  close(): Promise<void>;
}
