import { OutOfRangeError } from './arithmetic/out-of-range-error.js';
import { execute, type Command, type Outcome, type Result } from './commands/command.js';

/** Answers calls at once, and has each of them written down behind the answer. */
export class Calculator {
  constructor(private readonly record: (command: Command, outcome: Outcome) => void) {}

  /** @throws OutOfRangeError when there is no result; that is written down too. */
  call(command: Command): Result {
    const outcome = execute(command);
    this.record(command, outcome);
    if (outcome instanceof OutOfRangeError) throw outcome;
    return outcome;
  }
}
