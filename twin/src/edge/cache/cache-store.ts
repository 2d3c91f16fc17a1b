/** An answer that was kept. */
export interface Kept {
  status: number;
  /** Names and values in turn, as they came; without Age. */
  headers: readonly string[];
  body: Buffer;
  /** The request's headers that it depends on, with their values. */
  vary: ReadonlyMap<string, string>;
  etag: string | undefined;
  lastModified: string | undefined;
  /** When it was made, in milliseconds of the edge's clock. */
  madeAt: number;
  freshSeconds: number;
}

/** What an answer is kept under. */
export interface CacheKey {
  hostname: string;
  /** Path and query. */
  target: string;
  /** Protocol, route and what else tells addresses apart. */
  rest: string;
}

interface Slot {
  key: CacheKey;
  variants: Kept[];
  bytes: number;
}

const mostVariants = 8;
/** What an entry takes beside its body, roughly. */
const overheadBytes = 1_024;

/** Answers in memory, at most so many bytes of them; those that were not asked for the longest go first. */
export class CacheStore {
  private readonly slots = new Map<string, Slot>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The answer that fits the request; `wanted` gives its headers. */
  find(key: CacheKey, wanted: (header: string) => string): Kept | undefined {
    const text = textOf(key);
    const slot = this.slots.get(text);
    if (slot === undefined) return undefined;
    this.slots.delete(text);
    this.slots.set(text, slot);
    return slot.variants.find(({ vary }) => [...vary].every(([name, value]) => wanted(name) === value));
  }

  put(key: CacheKey, kept: Kept): void {
    const text = textOf(key);
    const others = (this.slots.get(text)?.variants ?? []).filter((other) => !sameVariant(other, kept));
    this.drop(text);
    const variants = [kept, ...others].slice(0, mostVariants);
    const bytes = variants.reduce((sum, { body }) => sum + body.length + overheadBytes, 0);
    if (bytes > this.maxBytes) return;
    this.slots.set(text, { key, variants, bytes });
    this.bytes += bytes;
    for (const [oldest] of this.slots) {
      if (this.bytes <= this.maxBytes) return;
      this.drop(oldest);
    }
  }

  /** Forgets the answers of a hostname whose path fits: `/a/*` for all below `/a/`, else that path alone with any query. */
  invalidate(hostname: string, path: string): void {
    const prefix = path.endsWith('*') ? path.slice(0, -1) : undefined;
    for (const [text, { key }] of this.slots) {
      const [keyPath = ''] = key.target.split('?', 1);
      const fits = prefix === undefined ? keyPath === path : keyPath.startsWith(prefix);
      if (key.hostname === hostname && fits) this.drop(text);
    }
  }

  clear(): void {
    this.slots.clear();
    this.bytes = 0;
  }

  private drop(text: string): void {
    this.bytes -= this.slots.get(text)?.bytes ?? 0;
    this.slots.delete(text);
  }
}

export function textOf({ hostname, target, rest }: CacheKey): string {
  return `${hostname}\n${target}\n${rest}`;
}

function sameVariant(a: Kept, b: Kept): boolean {
  return a.vary.size === b.vary.size && [...a.vary].every(([name, value]) => b.vary.get(name) === value);
}
