import { unwrap, type Operation, type Step } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { OperationFailed } from '../exit-code.js';
import { defined, wholeNumber } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { renderTable } from '../output/table.js';
import { finishOperation } from '../watch/finish-operation.js';
import { failureOf, watchOperation } from '../watch/watch-operation.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';

const states = [
  'queued',
  'running',
  'waiting_approval',
  'cancelling',
  'rolling_back',
  'succeeded',
  'failed',
  'cancelled',
  'rolled_back',
] as const;

interface ListOptions {
  tenant?: string;
  state?: (typeof states)[number];
  limit: number;
}

/** `leasehold operations ...` */
export function operationsCommands(program: Command, act: Act): void {
  const operations = program
    .command('operations')
    .description('long work: what runs, what ran, how it ended');

  operations
    .command('list')
    .description('list operations, newest first')
    .option('--tenant <tenant>', 'of one tenant, by slug or id')
    .addOption(new Option('--state <state>', 'in one state').choices(states))
    .option('--limit <number>', 'at most so many', wholeNumber(1, 100_000), 50)
    .action(act((context, options: ListOptions) => list(context, options)));

  operations
    .command('get <operation>')
    .description('show an operation and its steps')
    .action(act((context, id: string) => get(context, id)));

  operations
    .command('watch <operation>')
    .description('follow an operation to its end; exits 1 when it does not succeed')
    .action(act((context, id: string) => watch(context, id)));

  for (const [name, description] of changes) {
    operations
      .command(`${name} <operation>`)
      .description(description)
      .option('--no-wait', 'return at once')
      .action(act((context, id: string, options: { wait: boolean }) => change(context, name, id, options)));
  }
}

const changes = [
  ['resume', 'go on with a failed or cancelled operation'],
  ['rollback', 'undo what an operation has done, the last step first'],
  ['cancel', 'stop an operation; what is done stays'],
] as const;

async function list(context: Context, { tenant, state, limit }: ListOptions): Promise<void> {
  const client = await api(context);
  const tenantId =
    tenant === undefined
      ? undefined
      : (await unwrap(client.GET('/v1/tenants/{id}', { params: { path: { id: tenant } } }))).id;
  const filter = defined({ tenantId, state });
  const items = await gatherPages(limit, (page) =>
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
  { wait }: { wait: boolean },
): Promise<void> {
  const call = (await api(context)).POST(`/v1/operations/{id}/${name}`, { params: { path: { id } } });
  const operation = await unwrap(call);
  // A cancelled or rolled-back operation ends as it should without having succeeded.
  if (name === 'resume') await finishOperation(context, operation, wait);
  else {
    const ended = wait ? await watchOperation(context, operation.id) : operation;
    context.printer.result(ended, `${ended.kind} ${ended.state.replaceAll('_', ' ')}`);
  }
}
