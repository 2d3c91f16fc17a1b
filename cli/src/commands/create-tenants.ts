import {
  unwrap,
  type ApiClient,
  type Operation,
  type TenantBatchReport,
  type TenantBatchRow,
} from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { OperationFailed, PartlyRefused } from '../exit-code.js';
import type { TenantsFile } from '../spec-files/tenants-file.js';
import { watchOperations } from '../watch/watch-operations.js';

interface BatchOptions {
  dryRun?: boolean;
  watch?: boolean;
}

/**
 * Onboards or changes many clients with one request; the same file again changes nothing.
 * @throws PartlyRefused when a row was refused, OperationFailed when one that was watched has not succeeded.
 */
export async function createTenants(
  context: Context,
  file: Exclude<TenantsFile, { kind: 'one' }>,
  { dryRun = false, watch = false }: BatchOptions,
): Promise<void> {
  const { printer } = context;
  const report = await send(await api(context), file, dryRun);
  if (!printer.json) tell(context, report);
  const begun = new Map(
    report.items.flatMap(({ operationId, slug }) =>
      operationId === null ? [] : [[operationId, slug ?? operationId] as const],
    ),
  );
  const operations = watch ? await watchOperations(context, begun) : [];
  if (printer.json) printer.result(watch ? { ...report, operations } : report, '');
  else if (!watch && begun.size > 0) printer.note('leasehold operations list shows how far they are.');
  refuse(report, operations);
}

async function send(
  client: ApiClient,
  file: Exclude<TenantsFile, { kind: 'one' }>,
  dryRun: boolean,
): Promise<TenantBatchReport> {
  const params = { query: dryRun ? ({ dryRun: 'true' } as const) : {} };
  if (file.kind === 'list')
    return unwrap(client.POST('/v1/tenants:batch', { params, body: { items: file.items } }));
  return unwrap(
    client.POST('/v1/tenants:batch', {
      params,
      body: file.text,
      bodySerializer: String,
      headers: { 'content-type': 'text/csv' },
    }),
  );
}

function tell({ printer }: Context, { dryRun, counts, items }: TenantBatchReport): void {
  const summary = Object.entries(counts).map(([result, count]) => `${count} ${result}`);
  printer.list(items, columns, 'There are no rows.');
  printer.note(`${dryRun ? 'Nothing was changed; it would be: ' : ''}${summary.join(', ')}.`);
}

const columns = [
  { title: 'row', value: ({ row }: TenantBatchRow) => row },
  { title: 'slug', value: ({ slug }: TenantBatchRow) => slug },
  { title: 'result', value: ({ result }: TenantBatchRow) => result },
  { title: 'operation', value: ({ operationId }: TenantBatchRow) => operationId },
  { title: 'why', value: why },
];

/** What changed, or the wrong cells of a refused row. */
function why({ changes, problem }: TenantBatchRow): string {
  if (problem === undefined) return changes.join(', ');
  const errors = (problem.errors ?? []).map(({ pointer, message }) => `${pointer}: ${message}`);
  return errors.length === 0 ? problem.detail : errors.join('; ');
}

function refuse({ counts }: TenantBatchReport, operations: readonly Operation[]): void {
  if (counts.refused > 0)
    throw new PartlyRefused(
      `${counts.refused} ${counts.refused === 1 ? 'row was' : 'rows were'} refused: mend them and send the same file again.`,
    );
  const failed = operations.filter(({ state }) => state !== 'succeeded');
  if (failed.length > 0)
    throw new OperationFailed(
      `${failed.length} of ${operations.length} operations have not succeeded: leasehold operations resume <operation> goes on.`,
    );
}
