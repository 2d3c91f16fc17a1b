import type { Command } from './command.js';
import type { Tail } from './ledger-store.js';

/** What became of a batch whose write was not answered; `open` while it may still arrive. */
export type Fate = 'stored' | 'refused' | 'open';

/** Looks for a batch that was to follow `version` in what the journal holds after it. */
export function fateIn({ head, entries }: Tail, version: number, id: string): Fate {
  if (head.version === version) return 'open';
  const next = version + 1;
  const inJournal = entries.find(([at]) => at === next)?.[1].id;
  const settled = head.moved.find(([at]) => at === next)?.[1];
  const taken = inJournal ?? settled;
  if (taken !== undefined) return taken === id ? 'stored' : 'refused';
  // A version without a batch is a settlement; one before all that is remembered could have been anything.
  const oldest = head.moved[0]?.[0] ?? head.settled + 1;
  return next >= oldest ? 'refused' : 'open';
}

/** Batches whose callers were told that the outcome is not known. */
export class Doubts {
  private readonly open = new Map<string, { version: number; commands: readonly Command[] }>();

  constructor(private readonly onStored: (commands: readonly Command[]) => void) {}

  add(id: string, version: number, commands: readonly Command[]): void {
    this.open.set(id, { version, commands });
  }

  remove(id: string): void {
    this.open.delete(id);
  }

  /** Another batch has followed that version: what was to follow it never will. */
  dismiss(version: number): void {
    for (const [id, doubt] of this.open) if (doubt.version <= version) this.open.delete(id);
  }

  /** Tells of those that are stored after all. */
  judge(tail: Tail): void {
    for (const [id, { version, commands }] of this.open) {
      const fate = fateIn(tail, version, id);
      if (fate === 'open') continue;
      this.open.delete(id);
      if (fate === 'stored') this.onStored(commands);
    }
  }
}
