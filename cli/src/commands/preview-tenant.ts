import { unwrap, type NewTenant } from '@leasehold/api-client';
import { z } from 'zod';
import { api, type Context } from '../context.js';
import { OperationFailed } from '../exit-code.js';
import { renderTable } from '../output/table.js';
import { failureOf, watchOperation } from '../watch/watch-operation.js';

/** What the operation of a dry run ends with; more may come in later versions. */
const plan = z.object({
  resources: z.array(z.object({ type: z.string(), name: z.string(), op: z.string() })),
  findings: z.array(z.object({ object: z.string(), message: z.string() })),
  cost: z.object({ currency: z.string(), perMonth: z.number(), asOf: z.string().optional() }),
});
type Plan = z.output<typeof plan>;

/**
 * What an onboarding would make: resources, findings of the policy gate, cost. Nothing is changed.
 * @throws OperationFailed when the plan cannot be made.
 */
export async function previewTenant(context: Context, body: NewTenant): Promise<void> {
  const client = await api(context);
  const call = client.POST('/v1/tenants', { params: { query: { dryRun: 'true' } }, body });
  const operation = await watchOperation(context, (await unwrap(call)).id);
  const failure = failureOf(operation);
  if (context.printer.json) context.printer.result(operation.result ?? operation, '');
  if (failure !== undefined) throw new OperationFailed(failure);
  if (!context.printer.json) context.printer.result(operation, planText(plan.parse(operation.result)));
}

function planText({ resources, findings, cost }: Plan): string {
  return [
    renderTable(resources, resourceColumns, { empty: 'It would own nothing.' }),
    '',
    ...findings.map(({ object, message }) => `! ${object}: ${message}`),
    `${resources.length} resources, ${findings.length} findings, about ${cost.perMonth.toFixed(2)} ${cost.currency} a month. Nothing was changed.`,
  ].join('\n');
}

type Resource = Plan['resources'][number];
const resourceColumns = [
  { title: 'does', value: ({ op }: Resource) => op },
  { title: 'type', value: ({ type }: Resource) => type },
  { title: 'name', value: ({ name }: Resource) => name },
];
