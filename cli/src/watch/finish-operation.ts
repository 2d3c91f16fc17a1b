import type { Operation } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { OperationFailed } from '../exit-code.js';
import type { WatchOption } from './watch-option.js';
import { failureOf, watchOperation } from './watch-operation.js';

/**
 * What a command does after a 202: tells the operation until its end and then the tenant's address, or with
 * `--no-watch` names the operation.
 * @throws OperationFailed when it was watched and has not succeeded.
 */
export async function finishOperation(
  context: Context,
  started: Operation,
  { watch = true }: WatchOption,
): Promise<void> {
  const { printer } = context;
  if (!watch) {
    printer.result(started, `${started.kind} ${started.state}: leasehold operations watch ${started.id}`);
    return;
  }
  const operation = await watchOperation(context, started.id);
  const failure = failureOf(operation);
  if (failure !== undefined) {
    if (printer.json) printer.result(operation, '');
    throw new OperationFailed(failure);
  }
  printer.result(operation, await outcome(context, operation));
}

async function outcome(context: Context, { kind, tenantId }: Operation): Promise<string> {
  const done = `${kind} succeeded`;
  if (tenantId === null) return done;
  const { data: tenant } = await (
    await api(context)
  ).GET('/v1/tenants/{id}', { params: { path: { id: tenantId } } });
  return tenant?.state === 'active' ? `${done}: ${tenant.url}` : done;
}
