/** What the journal says of a forward: by its id it is known again, so that whoever sends it a second time changes nothing. */
import * as z from 'zod/mini';
import type { Command, Outcome } from './command.js';

/** A letter for each command's result, in the order of the commands. */
export const forwardRecordSchema = z.object({ id: z.string(), results: z.string() });

export type ForwardRecord = z.infer<typeof forwardRecordSchema>;

const letters = {
  done: 'd',
  replayed: 'r',
  insufficient: 'i',
  'key-reused': 'k',
  'in-progress': 'p',
  'too-much': 't',
} as const satisfies Record<Outcome['result'], string>;

export function recordOf(id: string, outcomes: readonly Outcome[]): ForwardRecord {
  return { id, results: outcomes.map(({ result }) => letters[result]).join('') };
}

/** What is known of a command of a forward that is stored already. */
interface Recollection {
  /** Of its account, as it is now. */
  readonly balance: number;
  /** Decides the command once more: a request that was replayed has the same answer again. */
  readonly again: () => Outcome;
}

const outcomes = new Map<string, (known: Recollection) => Outcome>([
  [letters.done, ({ balance }): Outcome => ({ result: 'done', balance })],
  [letters.insufficient, ({ balance }): Outcome => ({ result: 'insufficient', balance })],
  [letters['key-reused'], (): Outcome => ({ result: 'key-reused' })],
  [letters['in-progress'], (): Outcome => ({ result: 'in-progress' })],
  [letters['too-much'], (): Outcome => ({ result: 'too-much' })],
  [letters.replayed, ({ again }): Outcome => again()],
]);

/** The outcome of a command of a forward that is stored already. */
export function recalled(letter: string | undefined, command: Command, known: Recollection): Outcome {
  const outcome = letter === undefined ? undefined : outcomes.get(letter);
  if (outcome === undefined) throw new Error(`The journal has no result for a forwarded ${command.type}.`);
  return outcome(known);
}
