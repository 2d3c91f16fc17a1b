import type { Block } from './held-numbers.js';

/** The tenant's counter in the shared Bigtable: the greatest number reserved. */
export interface NumberStore {
  /**
   * Reserves the next `count` numbers in one atomic step.
   * @throws Error when the store refuses, cannot be reached, or its answer is lost: then the numbers may be reserved
   *   all the same, and nobody will ever use them.
   */
  reserve(count: number): Promise<Block>;
  /**
   * Moves the counter back to just before the unused numbers, if it still stands at the last of them. To be sent once:
   * a repeated call could find the counter there again after others were given these numbers.
   * @returns whether it moved.
   */
  giveBack(unused: Block): Promise<boolean>;
  close(): Promise<void>;
}
