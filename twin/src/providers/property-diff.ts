import { isJsonObject, type Json, type JsonObject } from '../inventory/json.js';
import { childPath, isWithin } from '../rules/shape/property-path.js';

export type ChangeKind = 'add' | 'delete' | 'update';

/** One property that differs; `replaces` when it cannot be changed in place. */
export interface PropertyChange {
  path: string;
  kind: ChangeKind;
  replaces: boolean;
}

/** How two sets of inputs differ, property by property, in the order of their paths. */
export function diffProperties(
  olds: JsonObject,
  news: JsonObject,
  immutable: readonly string[],
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  compare(olds, news, '', (path, kind) => {
    const replaces = immutable.some((fixed) => isWithin(path, fixed) || isWithin(fixed, path));
    changes.push({ path, kind, replaces });
  });
  return changes;
}

type Note = (path: string, kind: ChangeKind) => void;

function compare(olds: Json | undefined, news: Json | undefined, path: string, note: Note): void {
  if (olds === undefined && news === undefined) return;
  if (olds === undefined) {
    note(path, 'add');
    return;
  }
  if (news === undefined) {
    note(path, 'delete');
    return;
  }
  if (isJsonObject(olds) && isJsonObject(news)) {
    for (const field of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
      compare(olds[field], news[field], childPath(path, field), note);
    }
  } else if (Array.isArray(olds) && Array.isArray(news)) {
    for (let index = 0; index < Math.max(olds.length, news.length); index++) {
      compare(olds[index], news[index], childPath(path, index), note);
    }
  } else if (olds !== news) note(path, 'update');
}
