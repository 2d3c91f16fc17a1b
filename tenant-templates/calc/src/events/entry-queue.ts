import type { Command, Outcome } from '../commands/command.js';
import { commandEventOf, resultEventOf, type LogEvent } from './log-event.js';

/** Something that is to be written to the log: a published command, a call with its outcome, or the outcome of a published command. */
export interface Entry {
  /** The events, given the place of the first one. */
  readonly events: (place: number) => readonly LogEvent[];
  readonly count: number;
  /** About how long the events are, in bytes. */
  readonly bytes: number;
  /** Told once it is in the log, with its place. */
  written(place: number): void;
  /** Nobody waits for it any more: it need not be written. */
  abandoned?: boolean;
}

/** A published command. */
export function publishedEntry(command: Command, written: (place: number) => void): Entry {
  return { events: (place) => [commandEventOf(place, command)], count: 1, bytes: bytesOf(command), written };
}

/** A call that was answered: command and result, side by side. */
export function callEntry(command: Command, outcome: Outcome, written: () => void): Entry {
  return {
    events: (place) => [commandEventOf(place, command), resultEventOf(String(place), outcome)],
    count: 2,
    bytes: 2 * bytesOf(command),
    written,
  };
}

/** Of an event: all but lists of places are short. */
function bytesOf(command: Command): number {
  return 160 + (command.name === 'np' ? 9 * command.n.length : 0);
}

/** Entries in their order. */
export class EntryQueue {
  private entries: Entry[] = [];
  private head = 0;

  get size(): number {
    return this.entries.length - this.head;
  }

  push(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Takes entries for a batch, up to so many events and about so many bytes; always one if there is any. */
  take(maxEvents: number, maxBytes: number): Entry[] {
    const taken: Entry[] = [];
    let events = 0;
    let bytes = 0;
    for (;;) {
      const entry = this.entries[this.head];
      if (entry === undefined) break;
      const full = events + entry.count > maxEvents || bytes + entry.bytes > maxBytes;
      if (full && taken.length > 0) break;
      this.head += 1;
      if (entry.abandoned === true) continue;
      taken.push(entry);
      events += entry.count;
      bytes += entry.bytes;
    }
    this.compact();
    return taken;
  }

  /** Puts entries back that were taken and not written, before all others. */
  putBack(entries: readonly Entry[]): void {
    this.entries = [...entries, ...this.entries.slice(this.head)];
    this.head = 0;
  }

  private compact(): void {
    if (this.head < 4096 && this.head < this.entries.length) return;
    this.entries = this.entries.slice(this.head);
    this.head = 0;
  }
}
