import { Command, CommanderError } from 'commander';
import type { Act } from './commands/act.js';
import { apiKeysCommands } from './commands/api-keys.js';
import { brandingCommands } from './commands/branding.js';
import { doctorCommand } from './commands/doctor.js';
import { operationsCommands } from './commands/operations.js';
import { tenantsCommands } from './commands/tenants.js';
import { twinCommands } from './commands/twin.js';
import { newContext, type Context } from './context.js';
import { exitCode, exitCodeOf } from './exit-code.js';
import { explain } from './explain.js';
import type { Streams } from './output/printer.js';

export interface Invocation {
  /** What follows the command's name. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  streams: Streams;
  signal: AbortSignal;
  ask?: Context['ask'];
}

/** Runs one command. @returns the exit code; nothing is thrown. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, streams } = invocation;
  try {
    await buildProgram(invocation).parseAsync([...args], { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    streams.err.write(`${explain(error)}\n`);
    return exitCodeOf(error);
  }
}

function buildProgram({ env, streams, signal, ask }: Invocation): Command {
  const program = new Command('leasehold')
    .description('Give every client a deployment of its own, and keep the fleet well.')
    .option('--json', 'print JSON, for scripts')
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
    })
    .exitOverride()
    .showHelpAfterError('(--help shows how it is used)')
    .helpCommand(false);
  const act: Act =
    (action) =>
    (...args) =>
      action(newContext(env, streams, signal, program.opts()['json'] === true, ask), ...args);
  tenantsCommands(program, act);
  operationsCommands(program, act);
  brandingCommands(program, act);
  twinCommands(program, act);
  apiKeysCommands(program, act);
  doctorCommand(program, act);
  settle(program);
  return program;
}

/** Subcommands do not inherit how the program ends and prints. --json may stand anywhere. */
function settle(program: Command): void {
  for (const group of program.commands) {
    for (const command of [group, ...group.commands]) {
      command.copyInheritedSettings(program);
      if (command.commands.length === 0)
        command.option('--json', 'print JSON, for scripts', () => program.setOptionValue('json', true));
    }
  }
}
