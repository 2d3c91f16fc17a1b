/**
 * The inventory of one cell in memory, kept true by its notices: what DNS, edge, pods and object store read, so that
 * an answer costs no query.
 */
import type { Logger } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';
import type { InventoryChange, InventoryWatch } from '../inventory/inventory-watch.js';
import { digestOf } from '../inventory/digest-of.js';
import type { Inventory } from '../inventory/inventory.js';
import type { Resource, ResourceKey } from '../inventory/resource.js';

/** The types and scopes that a batch of changes touched. */
export interface Touched {
  types: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
}

type Key = Omit<ResourceKey, 'cell'>;
const keyText = ({ type, scope, name }: Key): string => `${type}\n${scope}\n${name}`;
const retryDelayMs = 250;
/** How often the copy is compared with the inventory. */
const comparedEveryMs = 20_000;
/** A change may be on its way: a difference counts when it is still there after so long. */
const underWayMs = 1_000;

/** What readers of the inventory need of it. */
export interface ResourceReader {
  /** Every resource of a type. */
  all(type: string): Iterable<Resource>;
  get(key: Key): Resource | undefined;
}

export class InventoryMirror implements ResourceReader {
  private readonly byType = new Map<string, Map<string, Resource>>();
  private readonly listeners = new Set<(touched: Touched) => void>();
  private readonly pending = new Map<string, Key>();
  private readonly closing = new AbortController();
  private allPending = false;
  private reading: Promise<void> | undefined;
  private watch: InventoryWatch | undefined;
  private comparing: Promise<void> | undefined;

  constructor(
    private readonly inventory: Inventory,
    readonly cell: string,
    private readonly log: Logger,
    private readonly options: { readonly comparedEveryMs?: number } = {},
  ) {}

  /** Resolves when the whole inventory has been read. */
  async start(): Promise<void> {
    const read = new Promise<void>((resolve) => {
      const listener = (): void => {
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
    this.watch = this.inventory.watch(this.cell, {
      changed: (change) => this.changed(change),
      resync: () => this.resync(),
    });
    await read;
    this.comparing = this.compareForEver(this.options.comparedEveryMs ?? comparedEveryMs);
  }

  all(type: string): Iterable<Resource> {
    return this.byType.get(type)?.values() ?? [];
  }

  get(key: Key): Resource | undefined {
    return this.byType.get(key.type)?.get(keyText(key));
  }

  /** Calls the listener after each batch of changes; the answer ends that. */
  onChange(listener: (touched: Touched) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.listeners.clear();
    await this.watch?.close();
    await this.reading;
    await this.comparing;
  }

  /** Notices are not lost as far as we know; a copy that went wrong anyway must not stay wrong, nor unnoticed. */
  private async compareForEver(everyMs: number): Promise<void> {
    const { signal } = this.closing;
    const isOver = (): boolean => signal.aborted;
    const pause = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined);
    while (!isOver()) {
      await pause(everyMs);
      if (await this.isTrue()) continue;
      await pause(underWayMs);
      if (isOver() || (await this.isTrue())) continue;
      this.log.error('A change of the inventory was not told; all of it is read again.');
      this.resync();
    }
  }

  /** An inventory that cannot be asked says nothing about the copy. */
  private async isTrue(): Promise<boolean> {
    const stored = await this.inventory.digest(this.cell).catch(() => undefined);
    const held = [...this.byType.values()].flatMap((ofType) => [...ofType.values()]);
    return stored === undefined || stored === digestOf(held);
  }

  private changed(change: InventoryChange): void {
    // What the twin itself observed is not what it acts on.
    if (change.op === 'status') return;
    this.pending.set(keyText(change), change);
    this.read();
  }

  private resync(): void {
    this.allPending = true;
    this.read();
  }

  private read(): void {
    if (!this.closing.signal.aborted) this.reading ??= this.readPending();
  }

  /** One batch after another, so that an older answer never replaces a newer one. */
  private async readPending(): Promise<void> {
    while (!this.closing.signal.aborted && (this.allPending || this.pending.size > 0)) {
      const everything = this.allPending;
      const keys = [...this.pending.values()];
      this.allPending = false;
      this.pending.clear();
      try {
        const touched = everything ? await this.readAll() : await this.readSome(keys);
        for (const listener of [...this.listeners]) listener(touched);
      } catch (error) {
        this.log.warn({ err: error }, 'The inventory could not be read; trying again.');
        this.allPending = true;
        await delay(retryDelayMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
    // In the same turn as the last look at what is pending, so that no notice is missed.
    this.reading = undefined;
  }

  private async readAll(): Promise<Touched> {
    const resources = await this.inventory.list({ cell: this.cell });
    const before = [...this.byType.values()].flatMap((held) => [...held.values()]);
    this.byType.clear();
    for (const resource of resources) this.hold(resource);
    return touchedBy([...before, ...resources]);
  }

  private async readSome(keys: readonly Key[]): Promise<Touched> {
    const found = await Promise.all(
      keys.map(({ type, scope, name }) => this.inventory.get({ cell: this.cell, type, scope, name })),
    );
    found.forEach((resource, index) => {
      const key = keys[index];
      if (resource) this.hold(resource);
      else if (key) this.byType.get(key.type)?.delete(keyText(key));
    });
    return touchedBy(keys);
  }

  private hold(resource: Resource): void {
    let held = this.byType.get(resource.type);
    if (held === undefined) this.byType.set(resource.type, (held = new Map<string, Resource>()));
    held.set(keyText(resource), resource);
  }
}

function touchedBy(keys: readonly Key[]): Touched {
  return { types: new Set(keys.map(({ type }) => type)), scopes: new Set(keys.map(({ scope }) => scope)) };
}
