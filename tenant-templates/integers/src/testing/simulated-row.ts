/** The row of a sequence behind a network that a test controls. */
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { decodeState, encodeState, unused, type SequenceState } from '../sequence/sequence-state.js';
import type { SequenceStore } from '../sequence/sequence-store.js';

/** What becomes of a call. A read that is not delivered has failed, whatever the reason. */
export type Fate = 'delivered' | 'answer lost' | 'request lost' | 'late' | 'refused';

interface Call {
  apply: () => void;
  applyAndAnswer: () => void;
  reject: (error: Error) => void;
  isWrite: boolean;
}

export class SimulatedRow {
  writes = 0;
  private text: string | undefined;
  private readonly calls: Call[] = [];
  /** Writes that nobody waits for and that may still arrive. */
  private readonly strays: (() => void)[] = [];

  store(): SequenceStore {
    return {
      read: () => this.call(() => (this.text === undefined ? unused : decodeState(this.text)), false),
      replace: (_user, from, to) => this.call(() => this.replace(from, to), true),
    };
  }

  get waiting(): number {
    return this.calls.length;
  }

  settle(index: number, fate: Fate): void {
    const [call] = this.calls.splice(index % Math.max(1, this.calls.length), 1);
    if (call === undefined) return;
    if (fate === 'delivered') call.applyAndAnswer();
    else if (fate === 'refused' || !call.isWrite) call.reject(new DataUnavailableError('away'));
    else {
      if (fate === 'answer lost') call.apply();
      if (fate === 'late') this.strays.push(call.apply);
      call.reject(new OutcomeUnknownError('no answer'));
    }
  }

  strayArrives(index: number): void {
    const [apply] = this.strays.splice(index % Math.max(1, this.strays.length), 1);
    apply?.();
  }

  private replace(from: SequenceState, to: SequenceState): boolean {
    const expected = from.writers.length === 0 ? undefined : encodeState(from);
    if (this.text !== expected) return false;
    this.text = encodeState(to);
    this.writes += 1;
    return true;
  }

  private call<T>(apply: () => T, isWrite: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.calls.push({ apply: () => void apply(), applyAndAnswer: () => resolve(apply()), reject, isWrite });
    });
  }
}
