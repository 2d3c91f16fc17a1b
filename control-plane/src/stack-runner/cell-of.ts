import { z } from 'zod';
import type { StackRun } from './stack-run.js';

const inputWithCell = z.looseObject({ cell: z.looseObject({ name: z.string() }) });

/** Where what all cells share is kept on the twin. */
const sharedCell = 'local';

/** The cell whose cloud a run works in: a tenant's input names it, a cell's stack is named after it. */
export function cellOf({ stack, program }: Pick<StackRun, 'stack' | 'program'>): string {
  if (stack.project === 'leasehold-cell') return stack.name;
  return inputWithCell.safeParse(program.input).data?.cell.name ?? sharedCell;
}
