/** A batch of increments as one row holds it: by key, equal values counted together, so that nothing is lost of what was accepted. */
import * as z from 'zod/mini';
import type { Increment } from './parse-increment.js';

/** How often one value was added. */
export interface Run {
  value: bigint;
  count: number;
}

/** The increments of a batch, by key. */
export type Runs = ReadonlyMap<string, readonly Run[]>;

const stored = z.record(
  z.uuid(),
  z.array(z.tuple([z.string().check(z.regex(/^[1-9]\d{0,18}$/)), z.number().check(z.int(), z.minimum(1))])),
);

/** What a key and a run take in the row, at most. */
const bytesPerKey = 42;
const bytesPerRun = 32;

/** A batch that is being filled. */
export class Batch {
  /** Increments taken. */
  size = 0;
  /** An upper bound of the row's length. */
  bytes = 2;
  private readonly byKey = new Map<string, Map<bigint, number>>();

  add({ key, value }: Increment): void {
    let counts = this.byKey.get(key);
    if (counts === undefined) {
      this.byKey.set(key, (counts = new Map<bigint, number>()));
      this.bytes += bytesPerKey;
    }
    const count = counts.get(value);
    if (count === undefined) this.bytes += bytesPerRun;
    counts.set(value, (count ?? 0) + 1);
    this.size += 1;
  }

  encode(): string {
    const entries = [...this.byKey].map(
      ([key, counts]) => [key, [...counts].map(([value, count]) => [String(value), count])] as const,
    );
    return JSON.stringify(Object.fromEntries(entries));
  }
}

/** The increments of a row; undefined when this version of the program cannot read it. */
export function decodeBatch(text: string): Runs | undefined {
  const parsed = stored.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  return new Map(
    Object.entries(parsed.data).map(([key, runs]) => [
      key,
      runs.map(([value, count]) => ({ value: BigInt(value), count })),
    ]),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
