import type { Argument, Command, Option } from 'commander';

/** What may come next on a command line, or which kind of name the API knows. */
export interface Completion {
  words: string[];
  /** The name of the argument that is being typed, such as `tenant`; undefined when it is none. */
  argument?: string;
}

/**
 * What may stand at the last place of a command line that is being typed.
 * @param words what follows `leasehold`; the last is the one under the cursor and may be empty.
 */
export function complete(program: Command, words: readonly string[]): Completion {
  const typed = words.at(-1) ?? '';
  const { command, given, option } = walk(program, words.slice(0, -1));
  if (option !== undefined) return valueOf(option, typed);
  if (typed.startsWith('-')) return { words: matching(optionNames(command), typed) };
  if (command.commands.length > 0) return { words: given === 0 ? matching(visible(command), typed) : [] };
  const argument = argumentAt(command.registeredArguments, given);
  return { words: [], ...(argument === undefined ? {} : { argument: argument.name() }) };
}

interface Place {
  command: Command;
  /** How many arguments stand before. */
  given: number;
  /** The option whose value comes next. */
  option?: Option;
}

function walk(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: 0 };
  for (const word of words) place = step(place, word);
  return place;
}

function step({ command, given, option }: Place, word: string): Place {
  if (option !== undefined) return { command, given };
  if (word.startsWith('-')) {
    const named = command.options.find((known) => known.long === word || known.short === word);
    return named?.required === true ? { command, given, option: named } : { command, given };
  }
  const sub = command.commands.find((known) => known.name() === word);
  return sub === undefined ? { command, given: given + 1 } : { command: sub, given: 0 };
}

function valueOf(option: Option, typed: string): Completion {
  if (option.argChoices !== undefined) return { words: matching(option.argChoices, typed) };
  return { words: [], argument: option.attributeName() };
}

function argumentAt(args: readonly Argument[], index: number): Argument | undefined {
  return args[index];
}

function visible(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => sub.name());
}

function optionNames(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
}

function matching(words: readonly string[], typed: string): string[] {
  return words.filter((word) => word.startsWith(typed));
}
