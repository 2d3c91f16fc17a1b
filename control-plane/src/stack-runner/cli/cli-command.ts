import { organization } from '../../pulumi-service/stack-ref.js';
import type { StackRun } from '../stack-run.js';

type Command = StackRun['command'];

/** Of the command's own flags. Previews are asked for by themselves, so no other run makes one first. */
const perCommand: Readonly<Record<Command, readonly string[]>> = {
  up: ['--yes', '--skip-preview'],
  preview: [],
  destroy: ['--yes', '--skip-preview'],
  refresh: ['--yes', '--skip-preview', '--skip-pending-creates'],
};

export interface CommandInput {
  readonly command: Command;
  readonly refresh: boolean;
  readonly stack: StackRun['stack'];
  readonly operationId: string;
  readonly languagePort: number;
}

/** The arguments of the one CLI call that a run is. No secret is among them: the process table is public. */
export function cliArguments({ command, refresh, stack, operationId, languagePort }: CommandInput): string[] {
  return [
    command,
    ...perCommand[command],
    ...(refresh && command !== 'refresh' ? ['--refresh'] : []),
    '--stack',
    `${organization}/${stack.project}/${stack.name}`,
    `--client=127.0.0.1:${languagePort}`,
    '--exec-kind',
    'auto.inline',
    '--message',
    operationId,
    '--non-interactive',
    '--color',
    'never',
    '--suppress-progress',
    '--suppress-outputs',
  ];
}

export interface EnvironmentInput {
  readonly home: string;
  readonly backendUrl: string;
  readonly token: string;
  readonly debugProviders: string;
  /** Whether other runs want the machine as well. */
  readonly crowded: boolean;
}

/**
 * How long the engine gathers journal entries before it sends them, in milliseconds (its default, 50, is waited for before each
 * creation). A run that has the machine to itself is fastest with hardly any; among others fewer requests are more runs a second.
 */
const journalBatchMs = { alone: 1, crowded: 10 };

/** Everything the CLI gets to know of its surroundings; nothing is inherited. */
export function cliEnvironment({
  home,
  backendUrl,
  token,
  debugProviders,
  crowded,
}: EnvironmentInput): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: backendUrl,
    PULUMI_ACCESS_TOKEN: token,
    PULUMI_CREDENTIAL_STORE: 'plaintext',
    PULUMI_DEBUG_PROVIDERS: debugProviders,
    // Without this each run over existing state first looks for plugins on the network.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_AUTOMATION_API: 'true',
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: 'true',
    PULUMI_JOURNALING_BATCH_PERIOD: String(journalBatchMs[crowded ? 'crowded' : 'alone']),
    // A run lives for less than a second: collecting garbage is not worth it.
    GOGC: '400',
  };
}
