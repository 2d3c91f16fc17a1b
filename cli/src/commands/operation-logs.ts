import { followOperation, type OperationEvent } from '@leasehold/api-client';
import { apiOptions, type Context } from '../context.js';
import { Interrupted } from '../exit-code.js';
import { printable } from '../output/table.js';

/** `leasehold operations logs`: everything that an operation has told and tells, a line each, until it has ended. */
export async function operationLogs(context: Context, operationId: string): Promise<void> {
  const { printer, signal, streams } = context;
  const onReconnect = (): void => printer.note('The connection broke; trying again ...');
  const options = { ...(await apiOptions(context)), operationId, signal, onReconnect };
  for await (const event of followOperation(options)) {
    const lines = printer.json ? [JSON.stringify(event)] : logLines(event);
    for (const line of lines) streams.out.write(`${line}\n`);
  }
  if (signal.aborted) throw new Interrupted(`Stopped; it goes on: leasehold operations logs ${operationId}`);
}

/** An event as lines of `key=value`, with the resources of a run in lines of their own. */
export function logLines(event: OperationEvent): string[] {
  switch (event.type) {
    case 'operation.state': {
      const { state, error } = event.data;
      return [line(event, { state, code: error?.code, resource: error?.resource, message: error?.message })];
    }
    case 'operation.step': {
      const { name: step, state, attempts, message } = event.data;
      return [line(event, { step, state, attempts, message })];
    }
    case 'operation.progress': {
      const { step, message, changes } = event.data;
      const about = changes.map(({ op, phase, type, name, message: said }) =>
        line(event, { step, op, phase, type, name, message: said }),
      );
      return about.length > 0 ? about : [line(event, { step, message })];
    }
  }
}

function line({ at = '', type }: OperationEvent, fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${word(value)}`);
  return printable([at, type, ...told].join(' '));
}

/** As it is, or quoted where it would not be one word. */
function word(value: unknown): string {
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
