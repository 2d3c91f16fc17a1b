import type { Command } from 'commander';
import { defined, limitOption } from '../option-values.js';

/** What a list is narrowed to and how it is ordered. */
export interface ListOption {
  limit: number;
  filter?: string;
  orderBy?: string;
}

/** For commands that list what can be filtered. */
export function withList(command: Command): Command {
  return command
    .option('--filter <filter>', 'comparisons joined by AND, OR, NOT, such as \'state = "active"\'')
    .option('--order-by <field>', 'a field, with " desc" behind it for the other direction')
    .option(...limitOption);
}

/** The part of the request that says so. */
export function narrowing({ filter, orderBy }: Pick<ListOption, 'filter' | 'orderBy'>): {
  filter?: string;
  orderBy?: string;
} {
  return defined({ filter, orderBy });
}
