import type { Command } from 'commander';

/** Whether the command stays until the operation has ended; undefined when neither was said. */
export interface WatchOption {
  watch?: boolean;
}

/** For commands whose answer is one operation: they follow it unless they are told not to. */
export function withWatch(command: Command): Command {
  return command
    .option('--watch', 'follow the operation to its end (what is done without this, too)')
    .option('--no-watch', 'return when the operation has begun');
}
