import type { Operation } from '@leasehold/api-client';
import { api, type Context } from '../context.js';
import { OperationFailed } from '../exit-code.js';
import { failureOf, watchOperation } from './watch-operation.js';

/**
 * What a command does after a 202: with `wait`, tells the operation until its end and then the tenant's address; without,
 * names the operation.
 * @throws OperationFailed when it was waited for and has not succeeded.
 */
export async function finishOperation(context: Context, started: Operation, wait: boolean): Promise<void> {
  const { printer } = context;
  if (!wait) {
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
