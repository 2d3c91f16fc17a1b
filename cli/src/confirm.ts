import type { Context } from './context.js';
import { UsageError } from './exit-code.js';

/**
 * Asks a person before something that is hard to undo; `--yes` answers beforehand, and where nobody can answer (no
 * terminal) nothing is asked.
 * @throws UsageError when the answer is not yes.
 */
export async function confirm(
  { ask }: Pick<Context, 'ask'>,
  question: string,
  { yes = false }: { yes?: boolean },
): Promise<void> {
  if (yes || ask === undefined) return;
  const answer = (await ask(`${question} [y/N] `)).trim().toLowerCase();
  if (answer !== 'y' && answer !== 'yes') throw new UsageError('Nothing was changed.');
}
