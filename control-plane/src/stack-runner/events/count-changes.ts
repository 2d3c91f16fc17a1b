import type { ResourceCounts } from '../stack-run.js';

/** The engine's counts by step; `replace` itself is only the name of the creation and the deletion that it consists of. */
export function countChanges(changes: Readonly<Record<string, number>>): ResourceCounts {
  const sum = (...ops: string[]): number => ops.reduce((total, op) => total + (changes[op] ?? 0), 0);
  return {
    created: sum('create', 'create-replacement', 'import', 'import-replacement'),
    updated: sum('update'),
    deleted: sum('delete', 'delete-replaced'),
    same: sum('same'),
  };
}
