import type { RunError } from '../stack-run.js';
import { plainText } from './run-event.js';

/** What the engine says in addition whenever something else went wrong. */
const general =
  /^(update|preview|destroy|refresh) failed$|^One or more errors occurred|^resource (monitor|plugin) shut down/i;

/**
 * Why a run failed: what the engine reported, without repetition and without the general sentence where there is a
 * particular one. A CLI that failed before its engine started says so in its output alone.
 */
export function runErrors(reported: readonly RunError[], output: string, exit: string): RunError[] {
  const particular = reported.filter(({ message }) => !general.test(message));
  const unique = new Map(
    (particular.length > 0 ? particular : reported).map((error) => [error.message, error]),
  );
  if (unique.size > 0) return [...unique.values()];
  const lines = plainText(output)
    .split('\n')
    .map((line) => line.trim());
  const said = lines.filter((line) => /^error: /.test(line)).map((line) => line.replace(/^error: /, ''));
  if (said.length > 0) return [...new Set(said)].map((message) => ({ message }));
  const last = lines.filter(Boolean).slice(-3).join(' ');
  return [{ message: `Pulumi ended with ${exit}${last ? `: ${last}` : ' and said nothing.'}` }];
}
