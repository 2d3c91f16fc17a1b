import { randomBytes } from 'node:crypto';
import type { StepResult, Step } from './sequence-state.js';
import type { SequenceStore } from './sequence-store.js';
import { UserSequence } from './user-sequence.js';

/** Sequences held in memory: what saves a read per request, and no more than that. */
const held = 10_000;

/** All users' sequences in this process. */
export class UserSequences {
  private readonly byUser = new Map<string, UserSequence>();
  private readonly writer = randomBytes(9).toString('base64url');
  private requests = 0;

  constructor(private readonly store: SequenceStore) {}

  /** The present value, as stored. */
  async current(user: string): Promise<number> {
    return (await this.store.read(user)).value;
  }

  /** See {@link UserSequence.submit}. */
  submit(user: string, step: Step): Promise<StepResult> {
    return this.of(user).submit(step);
  }

  private of(user: string): UserSequence {
    const sequence = this.byUser.get(user) ?? this.create(user);
    // The one used last goes to the end.
    this.byUser.delete(user);
    this.byUser.set(user, sequence);
    if (this.byUser.size > held) this.forgetOldest();
    return sequence;
  }

  private create(user: string): UserSequence {
    const { store, writer } = this;
    return new UserSequence({ store, user, writer, nextRequest: () => ++this.requests });
  }

  private forgetOldest(): void {
    for (const [user, sequence] of this.byUser) {
      if (!sequence.idle) continue;
      this.byUser.delete(user);
      return;
    }
  }
}
