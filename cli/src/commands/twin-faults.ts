import { expectDone, unwrap, type NewTwinFault, type TwinFault } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined, wholeNumber } from '../option-values.js';
import { UsageError } from '../exit-code.js';
import type { Act } from './act.js';

interface AddOptions {
  operation: NewTwinFault['operation'];
  fault: NewTwinFault['fault'];
  type?: string;
  scope?: string;
  name?: string;
  times?: number;
  probability?: string;
  delayMs?: number;
  until?: string;
  cell?: string;
}

const cellOption = ['--cell <name>', 'the cell whose twin is meant'] as const;
const operations: NewTwinFault['operation'][] = ['create', 'update', 'read', 'delete'];
const faults: NewTwinFault['fault'][] = ['429', '500', '503', 'timeout', 'lost', 'conflict', 'slow'];

/** `leasehold twin fault ...`: what the stand-in clouds are told to fail at. */
export function twinFaultCommands(twin: Command, act: Act): void {
  const fault = twin.command('fault').description('let the stand-in clouds fail, to see what happens then');

  fault
    .command('add')
    .description('add a rule: each call that fits it has the fault')
    .addOption(
      new Option('--operation <operation>', 'what is asked of the cloud')
        .choices(operations)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--fault <fault>', 'what the cloud does instead').choices(faults).makeOptionMandatory(),
    )
    .option('--type <type>', 'of this type alone, such as kubernetes:apps/v1:Deployment')
    .option('--scope <scope>', 'in this namespace, project or bucket alone')
    .option('--name <name>', 'of this name alone')
    .option('--times <number>', 'for so many calls', wholeNumber(1, 1_000_000))
    .option('--probability <number>', 'of each call that fits, above 0 and at most 1')
    .option('--delay-ms <number>', 'milliseconds before the fault', wholeNumber(0, 600_000))
    .option('--until <time>', 'for no call after this time, such as 2030-01-31T12:00:00Z')
    .option(...cellOption)
    .action(act((context, options: AddOptions) => add(context, options)));

  fault
    .command('list')
    .description('list the rules, and how often each was applied')
    .option(...cellOption)
    .action(act((context, options: { cell?: string }) => list(context, options)));

  fault
    .command('remove <id>')
    .description('take a rule away')
    .option(...cellOption)
    .action(act((context, id: string, options: { cell?: string }) => remove(context, id, options)));
}

async function add(context: Context, options: AddOptions): Promise<void> {
  const { operation, fault, cell = 'local', delayMs = 0, probability = '1', ...which } = options;
  const body: NewTwinFault = {
    ...{ operation, fault, cell, delayMs, probability: chance(probability) },
    ...defined(which),
  };
  const rule = await unwrap((await api(context)).POST('/v1/twin/faults', { body }));
  context.printer.result(rule, `Fault ${rule.id}: ${sentenceOf(rule)}.`);
}

async function list(context: Context, options: { cell?: string }): Promise<void> {
  const { items } = await unwrap(
    (await api(context)).GET('/v1/twin/faults', { params: { query: defined({ ...options }) } }),
  );
  const columns = [
    { title: 'id', value: ({ id }: TwinFault) => id },
    { title: 'rule', value: sentenceOf },
    { title: 'taken', value: ({ taken, times }: TwinFault) => `${taken} of ${times ?? 'any number'}` },
    { title: 'until', value: ({ until }: TwinFault) => until ?? '' },
  ];
  context.printer.list(items, columns, 'The stand-in clouds work as they should.');
}

async function remove(context: Context, id: string, options: { cell?: string }): Promise<void> {
  const params = { path: { id }, query: defined({ ...options }) };
  await expectDone((await api(context)).DELETE('/v1/twin/faults/{id}', { params }));
  context.printer.result({ id, removed: true }, `Fault ${id} is gone.`);
}

/** `429 at create of kubernetes:apps/v1:Deployment t-acme/app`. */
function sentenceOf({ fault, operation, type, scope, name, probability, delayMs }: TwinFault): string {
  const where = scope === null && name === null ? '' : ` ${scope ?? '*'}/${name ?? '*'}`;
  const chanceText = probability === 1 ? '' : `, chance ${probability}`;
  const delayText = delayMs === 0 ? '' : `, after ${delayMs} ms`;
  return `${fault} at ${operation} of ${type ?? 'anything'}${where}${chanceText}${delayText}`;
}

function chance(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw new UsageError('--probability must be above 0 and at most 1.');
}
