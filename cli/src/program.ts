import { Command, CommanderError } from 'commander';
import type { Act } from './commands/act.js';
import { apiKeysCommands } from './commands/api-keys.js';
import { auditCommands } from './commands/audit.js';
import { backupsCommands } from './commands/backups.js';
import { brandingCommands } from './commands/branding.js';
import { callerKeysCommands } from './commands/caller-keys.js';
import { cellsCommands } from './commands/cells.js';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { eventsCommands } from './commands/events.js';
import { exportsCommands } from './commands/exports.js';
import { issuerCommands } from './commands/issuer.js';
import { membersCommands } from './commands/members.js';
import { operationsCommands } from './commands/operations.js';
import { plansCommands } from './commands/plans.js';
import { releasesCommands } from './commands/releases.js';
import { statusCommands } from './commands/status.js';
import { supportBundleCommand } from './commands/support-bundle.js';
import { templatesCommands } from './commands/templates.js';
import { tenantsCommands } from './commands/tenants.js';
import { tokensCommands } from './commands/tokens.js';
import { twinCommands } from './commands/twin.js';
import { usageCommand } from './commands/usage.js';
import { webhooksCommands } from './commands/webhooks.js';
import { certificateCommands } from './commands/certificate.js';
import { whoamiCommand } from './commands/whoami.js';
import { newContext, type Context } from './context.js';
import { exitCode, exitCodeOf, Interrupted } from './exit-code.js';
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
    if (invocation.signal.aborted && !(error instanceof Interrupted)) {
      streams.err.write('Interrupted.\n');
      return exitCode.interrupted;
    }
    streams.err.write(`${explain(error)}\n`);
    return exitCodeOf(error);
  }
}

/** In the order of the help. */
const nouns = [
  tenantsCommands,
  operationsCommands,
  brandingCommands,
  backupsCommands,
  exportsCommands,
  usageCommand,
  membersCommands,
  tokensCommands,
  callerKeysCommands,
  issuerCommands,
  templatesCommands,
  releasesCommands,
  plansCommands,
  cellsCommands,
  apiKeysCommands,
  certificateCommands,
  whoamiCommand,
  eventsCommands,
  webhooksCommands,
  auditCommands,
  twinCommands,
  statusCommands,
  doctorCommand,
  supportBundleCommand,
  completionCommand,
];

/** The whole command line. */
export function buildProgram({ env, streams, signal, ask }: Invocation): Command {
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
  for (const addCommands of nouns) addCommands(program, act);
  settle(program);
  return program;
}

/** Subcommands do not inherit how the program ends and prints. --json may stand anywhere. */
function settle(program: Command, commands: readonly Command[] = program.commands): void {
  for (const command of commands) {
    command.copyInheritedSettings(program);
    if (command.commands.length === 0)
      command.option('--json', 'print JSON, for scripts', () => program.setOptionValue('json', true));
    settle(program, command.commands);
  }
}
