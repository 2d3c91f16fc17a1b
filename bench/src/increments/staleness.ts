import type { Progress } from '../load/load-messages.js';

/** How far totals are behind, seen from outside: from the moment that so many were accepted to the first total read that has them. */
export class Staleness {
  private readonly open: Progress[] = [];
  worstMs = 0;

  accepted(progress: Progress): void {
    this.open.push(progress);
  }

  read(total: number, at: number): void {
    while (this.open[0] !== undefined && this.open[0].accepted <= total) {
      const { at: since } = this.open[0];
      this.worstMs = Math.max(this.worstMs, at - since);
      this.open.shift();
    }
  }

  /** Whether all that was accepted came into a total, each within so many milliseconds. */
  isWithin(ms: number): boolean {
    return this.open.length === 0 && this.worstMs < ms;
  }
}
