/** Domain names in the form the twin compares: lower case, no trailing dot; the root is the empty text. */
export function normalName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

/** The name one label up: `a.b.c` -> `b.c`, and the root for a single label. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}

/** The name itself, then each name above it, without the root. */
export function* nameAndAncestors(name: string): Generator<string> {
  for (let current = name; current !== ''; current = parentOf(current)) yield current;
}

/** Whether `name` is `apex` or lies below it. Both in normal form. */
export function isAtOrBelow(name: string, apex: string): boolean {
  return apex === '' || name === apex || name.endsWith(`.${apex}`);
}
