import { followOperation, unwrap, type Operation } from '@leasehold/api-client';
import { api, apiOptions, type Context } from '../context.js';
import { Interrupted } from '../exit-code.js';
import { tellEvent } from './tell-event.js';

/**
 * Tells an operation's events as they come, over restarts of the server, until it has ended.
 * @throws Interrupted when a person stopped watching; the operation goes on.
 */
export async function watchOperation(context: Context, operationId: string): Promise<Operation> {
  const { printer, signal } = context;
  let broken = false;
  const onReconnect = (): void => {
    if (!broken) printer.note('The connection broke; trying again ...');
    broken = true;
  };
  for await (const event of followOperation({
    ...(await apiOptions(context)),
    operationId,
    signal,
    onReconnect,
  })) {
    broken = false;
    // With --json the result alone goes to standard output.
    if (!printer.json) for (const line of tellEvent(event)) context.streams.out.write(`${line}\n`);
  }
  if (signal.aborted)
    throw new Interrupted(`Stopped watching; it goes on: leasehold operations watch ${operationId}`);
  return unwrap((await api(context)).GET('/v1/operations/{id}', { params: { path: { id: operationId } } }));
}

/** The sentence for an operation that has not succeeded; undefined for one that has. */
export function failureOf({ id, kind, state, error }: Operation): string | undefined {
  if (state === 'succeeded') return undefined;
  const reason =
    error === undefined
      ? ''
      : `: ${error.message}${error.resource === undefined ? '' : ` [${error.resource}]`}`;
  const next =
    error?.retryable === true || state === 'failed' || state === 'cancelled'
      ? `\nGo on with \`leasehold operations resume ${id}\`, or undo it with \`leasehold operations rollback ${id}\`.`
      : '';
  return `The operation (${kind}) ended ${state.replaceAll('_', ' ')}${reason}${next}`;
}
