import { unwrap, type NewPlan, type Plan } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import { readSpec } from '../spec-files/read-spec.js';
import type { Act } from './act.js';
import { gatherPages } from './gather-pages.js';
import { narrowing, withList, type ListOption } from './list-option.js';

/** `leasehold plans ...` */
export function plansCommands(program: Command, act: Act): void {
  const plans = program.command('plans').description('what clients may use');

  withList(plans.command('list'))
    .description('list plans, the smallest first')
    .action(act((context, options: ListOption) => list(context, options)));

  plans
    .command('get <plan>')
    .description('show a plan')
    .action(act((context, name: string) => get(context, name)));

  plans
    .command('create')
    .description('make a plan')
    .requiredOption('--file <file>', 'the plan as JSON or YAML (- is standard input)')
    .action(act((context, options: { file: string }) => create(context, options)));
}

async function list(context: Context, options: ListOption): Promise<void> {
  const client = await api(context);
  const items = await gatherPages(options.limit, (page) =>
    unwrap(client.GET('/v1/plans', { params: { query: { ...page, ...narrowing(options) } } })),
  );
  const columns = [
    { title: 'name', value: ({ name }: Plan) => name },
    { title: 'rank', value: ({ rank }: Plan) => rank },
    { title: 'cpu', value: ({ quota }: Plan) => quota.cpu },
    { title: 'memory', value: ({ quota }: Plan) => quota.memory },
    { title: 'pods', value: ({ quota }: Plan) => quota.pods },
    { title: 'hostnames', value: ({ maxHostnames }: Plan) => maxHostnames },
    { title: 'description', value: ({ description }: Plan) => description },
  ];
  context.printer.list(items, columns, 'There are no plans.');
}

async function get(context: Context, name: string): Promise<void> {
  const call = (await api(context)).GET('/v1/plans/{name}', { params: { path: { name } } });
  const plan = await unwrap(call);
  context.printer.result(plan, planFacts(plan));
}

async function create(context: Context, { file }: { file: string }): Promise<void> {
  const body = await readSpec<NewPlan>(file);
  const plan = await unwrap((await api(context)).POST('/v1/plans', { body }));
  context.printer.result(plan, planFacts(plan));
}

/** All fields: plans differ in more than a table can show. */
function planFacts(plan: Plan): string {
  return renderFacts(
    Object.entries(plan).map(([name, value]): readonly [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
