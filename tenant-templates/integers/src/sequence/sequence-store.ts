import type { SequenceState } from './sequence-state.js';

/** The sequences of a tenant's users. */
export interface SequenceStore {
  /** @throws DataUnavailableError */
  read(user: string): Promise<SequenceState>;
  /**
   * Replaces a state if it is still the one that was read.
   * @returns whether it was replaced.
   * @throws OutcomeUnknownError when it may have been replaced, now or later; DataUnavailableError when it was not.
   */
  replace(user: string, from: SequenceState, to: SequenceState): Promise<boolean>;
}
