/**
 * The numbers that one replica has reserved and not handed out yet. Pure: no clock, no I/O.
 *
 * A number is handed out once, for ever, because the stored counter moves past what is reserved, and back only over
 * numbers that nobody got, when there is nothing reserved above them (see `NumberStore.giveBack`).
 */

/** A reservation: all numbers from `first` to `last`, theirs alone who hold it. */
export interface Block {
  first: number;
  last: number;
}

export class HeldNumbers {
  private blocks: Block[] = [];
  private highest = 0;
  private surrendered = false;

  /** How many numbers are left. */
  get count(): number {
    return this.blocks.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /**
   * Adds a reservation.
   * @throws Error when it does not lie above all that was held before: the store broke its promise.
   */
  add(block: Block): void {
    if (block.first <= this.highest || block.last < block.first) {
      throw new Error(`The block ${block.first}..${block.last} does not lie above ${this.highest}.`);
    }
    this.highest = block.last;
    if (!this.surrendered) this.blocks.push({ ...block });
  }

  /** The next number, always greater than the one before; undefined when none is left or all were given back. */
  take(): number | undefined {
    const block = this.blocks[0];
    if (block === undefined) return undefined;
    const number = block.first;
    block.first += 1;
    if (block.first > block.last) this.blocks.shift();
    return number;
  }

  /**
   * Stops handing out, for ever, and says what can be given back: the unused numbers at the end of the newest block,
   * and of those before it that join it without a gap.
   */
  surrender(): Block | undefined {
    const blocks = this.blocks;
    this.blocks = [];
    this.surrendered = true;
    const newest = blocks.at(-1);
    if (newest === undefined) return undefined;
    let first = newest.first;
    for (const block of blocks.slice(0, -1).reverse()) {
      if (block.last !== first - 1) break;
      first = block.first;
    }
    return { first, last: newest.last };
  }
}
