/** A counter row behind a network that a test controls: calls wait, get lost before or after they took effect, arrive late or twice. */
import type { Block } from '../held-numbers.js';
import type { NumberStore } from '../number-store.js';

interface Call {
  /** Takes effect on the row, answered or not. */
  apply: () => void;
  applyAndAnswer: () => void;
  reject: (error: Error) => void;
  /** Whether the network may deliver it a second time: never a compare-and-set. */
  repeatable: boolean;
}

/** What becomes of a call. */
export type Fate = 'delivered' | 'answer lost' | 'request lost' | 'late' | 'twice';

export class SimulatedBigtable {
  private value = 0;
  private calls: Call[] = [];
  /** Requests that nobody waits for and that may still arrive. */
  private strays: (() => void)[] = [];

  store(): NumberStore {
    return {
      reserve: (count) => this.call<Block>(() => this.reserve(count), true),
      giveBack: (unused) => this.call<boolean>(() => this.giveBack(unused), false),
      close: () => Promise.resolve(),
    };
  }

  get waiting(): number {
    return this.calls.length;
  }

  /** Decides the fate of one of the waiting calls. */
  settle(index: number, fate: Fate): void {
    const [call] = this.calls.splice(index % Math.max(1, this.calls.length), 1);
    if (call === undefined) return;
    const unknown = new Error('DEADLINE_EXCEEDED');
    if (fate === 'late') this.strays.push(call.apply);
    if (fate === 'answer lost') call.apply();
    if (fate === 'delivered' || fate === 'twice') call.applyAndAnswer();
    else call.reject(unknown);
    if (fate === 'twice' && call.repeatable) this.strays.push(call.apply);
  }

  /** One of the stray requests arrives after all. */
  strayArrives(index: number): void {
    const [apply] = this.strays.splice(index % Math.max(1, this.strays.length), 1);
    apply?.();
  }

  private call<T>(apply: () => T, repeatable: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.calls.push({
        apply: () => void apply(),
        applyAndAnswer: () => resolve(apply()),
        reject,
        repeatable,
      });
    });
  }

  private reserve(count: number): Block {
    const first = this.value + 1;
    this.value += count;
    return { first, last: this.value };
  }

  private giveBack({ first, last }: Block): boolean {
    if (this.value !== last) return false;
    this.value = first - 1;
    return true;
  }
}
