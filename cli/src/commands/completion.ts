import { Argument, type Command } from 'commander';
import { complete } from '../completion/complete.js';
import { completeName } from '../completion/complete-name.js';
import { completionScripts, howTo, type Shell } from '../completion/scripts.js';
import type { Context } from '../context.js';
import type { Act } from './act.js';

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** `leasehold completion`, and the hidden command that the shells ask. */
export function completionCommand(program: Command, act: Act): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options and names')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', `\n${shells.map((shell) => howTo[shell]).join('\n')}`)
    .action(
      act((context, shell: Shell) => {
        context.streams.out.write(completionScripts[shell]);
        return Promise.resolve();
      }),
    );

  program
    .command('complete [words...]', { hidden: true })
    .action(act((context, words: string[]) => answer(context, program, words)));
}

async function answer(context: Context, program: Command, words: readonly string[]): Promise<void> {
  const { words: known, argument } = complete(program, words);
  const names = argument === undefined ? [] : await completeName(context, argument, words.at(-1) ?? '');
  for (const word of [...known, ...names]) context.streams.out.write(`${word}\n`);
}
