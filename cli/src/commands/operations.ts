import { operationStateValues, unwrap, type Operation, type Step } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { confirm } from '../confirm.js';
import { OperationFailed } from '../exit-code.js';
import { defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { renderTable } from '../output/table.js';
import { finishOperation } from '../watch/finish-operation.js';
import { withWatch, type WatchOption } from '../watch/watch-option.js';
import { failureOf, watchOperation } from '../watch/watch-operation.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';
import { operationLogs } from './operation-logs.js';
import { tenantIdOf } from './tenant-id-of.js';

interface ListOptions extends ListOption {
  tenant?: string;
  state?: Operation['state'];
  kind?: string;
}

/** `leasehold operations ...` */
export function operationsCommands(program: Command, act: Act): void {
  const operations = program
    .command('operations')
    .description('long work: what runs, what ran, how it ended');

  withList(operations.command('list'))
    .description('list operations, newest first')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .addOption(new Option('--state <state>', 'in one state').choices(operationStateValues))
    .option('--kind <kind>', 'of one kind, such as tenant.create')

    .action(act((context, options: ListOptions) => list(context, options)));

  operations
    .command('get <operation>')
    .description('show an operation and its steps')
    .action(act((context, id: string) => get(context, id)));

  operations
    .command('watch <operation>')
    .description('follow an operation to its end; exits 6 when it does not succeed')
    .action(act((context, id: string) => watch(context, id)));

  operations
    .command('logs <operation>')
    .description(
      'print everything that an operation tells, a line each, until it ends; with --json a document a line',
    )
    .action(act((context, id: string) => operationLogs(context, id)));

  for (const [name, description] of changes) {
    withWatch(operations.command(`${name} <operation>`).description(description))
      .option('--yes', 'do not ask')
      .action(act((context, id: string, options: ChangeOptions) => change(context, name, id, options)));
  }
}

interface ChangeOptions extends WatchOption {
  yes?: boolean;
}

const changes = [
  ['resume', 'go on with a failed or cancelled operation'],
  ['rollback', 'undo what an operation has done, the last step first'],
  ['cancel', 'stop an operation; what is done stays'],
] as const;

async function list(context: Context, options: ListOptions): Promise<void> {
  const { tenant, state, kind } = options;
  const client = await api(context);
  const tenantId = await tenantIdOf(client, tenant);
  const filter = { ...defined({ tenantId, state, kind }), ...narrowing(options) };
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/operations', { params: { query: { ...page, ...filter } } })),
  );
  const columns = [
    { title: 'id', value: ({ id }: Operation) => id },
    { title: 'kind', value: ({ kind }: Operation) => kind },
    { title: 'subject', value: ({ subject }: Operation) => subject },
    { title: 'state', value: ({ state: of }: Operation) => of },
    { title: 'done', value: ({ progress }: Operation) => `${progress.done}/${progress.total}` },
    { title: 'created', value: ({ createdAt }: Operation) => createdAt },
    { title: 'error', value: ({ error }: Operation) => error?.message },
  ];
  context.printer.list(items, columns, 'There are no operations.');
}

async function get(context: Context, id: string): Promise<void> {
  const operation = await unwrap(
    (await api(context)).GET('/v1/operations/{id}', { params: { path: { id } } }),
  );
  const { kind, subject, state, createdAt, endedAt, error } = operation;
  const facts = renderFacts([
    ['id', operation.id],
    ['kind', kind],
    ['subject', subject],
    ['state', state],
    ['created', createdAt],
    ['ended', endedAt ?? undefined],
    ['error', error?.message],
    ['resource', error?.resource],
  ]);
  context.printer.result(
    operation,
    `${facts}\n\n${renderTable(operation.steps, stepColumns, { empty: 'It has no steps.' })}`,
  );
}

const stepColumns = [
  { title: 'step', value: ({ name }: Step) => name },
  { title: 'state', value: ({ state }: Step) => state },
  { title: 'attempts', value: ({ attempts }: Step) => attempts },
  { title: 'created', value: ({ resources }: Step) => resources.created },
  { title: 'updated', value: ({ resources }: Step) => resources.updated },
  { title: 'deleted', value: ({ resources }: Step) => resources.deleted },
  { title: 'message', value: ({ message }: Step) => message },
];

async function watch(context: Context, id: string): Promise<void> {
  const operation = await watchOperation(context, id);
  const failure = failureOf(operation);
  if (context.printer.json || failure === undefined)
    context.printer.result(operation, `${operation.kind} succeeded`);
  if (failure !== undefined) throw new OperationFailed(failure);
}

async function change(
  context: Context,
  name: (typeof changes)[number][0],
  id: string,
  options: ChangeOptions,
): Promise<void> {
  if (name !== 'resume') await confirm(context, `${capital(name)} ${id}?`, options);
  const call = (await api(context)).POST(`/v1/operations/{id}/${name}`, { params: { path: { id } } });
  const operation = await unwrap(call);
  // A cancelled or rolled-back operation ends as it should without having succeeded.
  if (name === 'resume') await finishOperation(context, operation, options);
  else {
    const ended = options.watch !== false ? await watchOperation(context, operation.id) : operation;
    context.printer.result(ended, `${ended.kind} ${ended.state.replaceAll('_', ' ')}`);
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
