import { printable } from './table.js';

export type Facts = readonly (readonly [label: string, value: string | undefined])[];

/** Labels and values of one thing, one a line; what has no value is left out. */
export function renderFacts(facts: Facts): string {
  const shown = facts.filter(
    (fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== '',
  );
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `${label.padEnd(width)}  ${printable(value)}`).join('\n');
}
