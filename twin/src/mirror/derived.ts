import type { InventoryMirror } from './inventory-mirror.js';

/** A value made from resources of some types: made anew when it is asked for after one of them has changed. */
export function derived<T>(mirror: InventoryMirror, types: readonly string[], make: () => T): () => T {
  let value: { made: T } | undefined;
  mirror.onChange((touched) => {
    if (types.some((type) => touched.types.has(type))) value = undefined;
  });
  return () => (value ??= { made: make() }).made;
}
