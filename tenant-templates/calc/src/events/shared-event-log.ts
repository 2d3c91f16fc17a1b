import type { Command, Outcome } from '../commands/command.js';
import { callEntry, publishedEntry, type Entry } from './entry-queue.js';
import { LogUnavailableError, type CommandState, type EventLog, type ReadFrom } from './event-log.js';
import type { CommandEvent, SequencedEvent, Topic } from './log-event.js';
import { LogReader } from './log-reader.js';
import { LogTrimmer } from './log-trimmer.js';
import type { LogStore } from './log-store.js';
import { LogTail } from './log-tail.js';
import { LogWriter } from './log-writer.js';
import type { Retention } from './retention.js';

export interface SharedEventLogOptions {
  store: LogStore;
  /** Events of answered calls that may wait to be written. */
  maxQueuedEvents: number;
  onFailure: (error: unknown) => void;
  /** Absent: all is kept. */
  retention?: Retention;
  /** To whom the log is published: it is read more often, and what is not published is not trimmed. Absent: to nobody. */
  publishedThrough?: (() => Promise<number>) | undefined;
  /** Milliseconds since 1970; the machine's clock unless given. */
  now?: () => number;
  /** How long a client waits for its command to be durable, in milliseconds. */
  publishMs?: number;
}

/** Commands that may wait for their result before no more are taken. */
const maxPending = 1_000;
/** A replica executes what it was given itself; what others were given only after this, when they seem to be gone. */
const graceMs = 2_000;
/** How often the log is read while somebody follows it, and while nobody does. */
const followMs = 200;
const publishedMs = 1_000;
const idleMs = 15_000;
const closeMs = 10_000;
/** A pod that has just started has more urgent things to do than to look for what others have left. */
const firstLookMs = 1_000;

/** The log that all replicas of a tenant share, over rows that are written once (`LogState` says why that is enough). */
export class SharedEventLog implements EventLog {
  private readonly tail: LogTail;
  private readonly writer: LogWriter;
  private readonly reader: LogReader;
  private readonly trimmer: LogTrimmer;
  private readonly seenAt = new Map<string, number>();
  private readonly own = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readers = 0;
  private queuedCalls = 0;
  private closed = false;
  /** Events of answered calls that were lost for want of room or of a log. */
  lost = 0;
  /** Events that this replica has written. */
  written = 0;

  constructor(private readonly options: SharedEventLogOptions) {
    const { store, onFailure, now = Date.now } = options;
    this.tail = new LogTail(store, onFailure);
    this.reader = new LogReader(store, this.tail);
    const isDue = (command: CommandEvent): boolean => this.isDue(command);
    this.writer = new LogWriter({ store, tail: this.tail, now, isDue, onFailure });
    this.trimmer = new LogTrimmer({
      store,
      tail: this.tail,
      now,
      retention: options.retention ?? { events: undefined, ms: undefined },
      publishedThrough: options.publishedThrough ?? (() => Promise.resolve(Infinity)),
      onFailure,
    });
  }

  async publish(command: Command): Promise<string> {
    if (this.closed) throw new LogUnavailableError('This replica is stopping.');
    if (this.tail.pending.size >= maxPending)
      throw new LogUnavailableError('Too many commands wait for their result.');
    const place = await new Promise<number>((resolve, reject) => {
      const entry: Entry = publishedEntry(command, (at) => {
        clearTimeout(timer);
        this.own.add(String(at));
        this.written += 1;
        resolve(at);
      });
      const timer = setTimeout(() => {
        entry.abandoned = true;
        reject(
          new LogUnavailableError(
            'The log does not answer; it is not known whether the command will be executed. GET /v1/events shows it if so.',
          ),
        );
      }, this.options.publishMs ?? 10_000);
      this.writer.add(entry, true);
    });
    return String(place);
  }

  record(command: Command, outcome: Outcome): void {
    const entry = callEntry(command, outcome, () => {
      this.queuedCalls -= 1;
      this.written += entry.count;
    });
    if (this.closed || (this.queuedCalls + 1) * entry.count > this.options.maxQueuedEvents) {
      this.lost += entry.count;
      return;
    }
    this.queuedCalls += 1;
    this.writer.add(entry, false);
  }

  async stateOf(id: string): Promise<CommandState | undefined> {
    if (!/^[1-9]\d{0,14}$/.test(id)) return undefined;
    await this.tail.catchUp();
    const found = await this.reader.eventAt(Number(id));
    if (found?.event.type !== 'command') return undefined;
    const event = this.tail.pending.has(id) ? undefined : await this.reader.resultOf(id);
    return event === undefined ? { state: 'pending' } : { state: 'done', event };
  }

  async read(
    topic: Topic | undefined,
    after: ReadFrom,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly SequencedEvent[]>> {
    await this.tail.catchUp();
    return this.followed(topic, await this.startOf(after), signal);
  }

  private async startOf(after: ReadFrom): Promise<number> {
    if (after === 'latest') return this.tail.next - 1;
    if (after === 'oldest') return (await this.reader.oldest()) - 1;
    await this.reader.requireKept(after + 1);
    return after;
  }

  private async *followed(
    topic: Topic | undefined,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly SequencedEvent[]> {
    this.readers += 1;
    this.schedule(followMs);
    try {
      yield* this.reader.read(topic, after, signal);
    } finally {
      this.readers -= 1;
    }
  }

  /** The first place that is kept, and the last one that is written. */
  async bounds(): Promise<{ oldest: number; last: number }> {
    await this.tail.catchUp();
    return { oldest: await this.reader.oldest(), last: this.tail.next - 1 };
  }

  /** As `read`, for the publisher, which is in no hurry. */
  history(after: number, signal: AbortSignal): AsyncIterable<readonly SequencedEvent[]> {
    return this.reader.read(undefined, after, signal);
  }

  /** Events that this replica has trimmed. */
  get trimmed(): number {
    return this.trimmer.trimmed;
  }

  pending(): number {
    const own = [...this.tail.pending.keys()].filter((id) => this.own.has(id)).length;
    return this.writer.waiting + own;
  }

  start(): void {
    this.schedule(firstLookMs);
    this.trimmer.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.trimmer.stop();
    if (this.pending() > 0) await this.writer.flush(AbortSignal.timeout(closeMs));
    this.lost += 2 * this.queuedCalls;
    await this.tail.writeCheckpoint();
  }

  /** Never rejects. */
  private async follow(): Promise<void> {
    try {
      await this.tail.catchUp();
      this.executeWhatIsDue();
    } catch (error) {
      this.options.onFailure(error);
    }
    const quietMs = this.options.publishedThrough === undefined ? idleMs : publishedMs;
    this.schedule(this.readers > 0 || this.tail.pending.size > 0 ? followMs : quietMs);
  }

  private schedule(ms: number): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.follow(), ms).unref();
  }

  private executeWhatIsDue(): void {
    for (const id of this.seenAt.keys()) if (!this.tail.pending.has(id)) this.seenAt.delete(id);
    for (const id of this.own) if (!this.tail.pending.has(id)) this.own.delete(id);
    if ([...this.tail.pending.values()].some((command) => this.isDue(command))) this.writer.run();
  }

  private isDue({ id }: CommandEvent): boolean {
    if (this.own.has(id)) return true;
    const now = performance.now();
    const seen = this.seenAt.get(id) ?? now;
    this.seenAt.set(id, seen);
    return now - seen >= graceMs;
  }
}
