import type { OperationEvent, ResourceChange, StepEventData } from '@leasehold/api-client';
import { printable } from '../output/table.js';

const marks: Readonly<Record<string, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  import: '=',
};

/** What a person reads of one event of an operation: a line per step and per resource that changed. */
export function tellEvent(event: OperationEvent): string[] {
  switch (event.type) {
    case 'operation.state':
      return tellState(event.data.state);
    case 'operation.step':
      return tellStep(event.data);
    case 'operation.progress':
      return event.data.changes.flatMap(tellChange);
  }
}

function tellState(state: string): string[] {
  return state === 'cancelling' || state === 'rolling_back' || state === 'waiting_approval'
    ? [state.replaceAll('_', ' ')]
    : [];
}

function tellStep({
  name,
  state,
  message,
  startedAt,
  endedAt,
  attempts,
  resources,
}: StepEventData): string[] {
  const took = startedAt !== null && endedAt !== null ? `  ${seconds(startedAt, endedAt)}` : '';
  switch (state) {
    case 'running':
      return [attempts > 1 ? `▸ ${name} (attempt ${attempts})` : `▸ ${name}`];
    case 'succeeded':
      return [`✓ ${name}${took}${counts(resources)}`];
    case 'failed':
      return [`✗ ${name}${message === null ? '' : `: ${printable(message)}`}`];
    case 'undone':
    case 'skipped':
      return [`· ${name} ${state}`];
    default:
      return [];
  }
}

/** What a run only looks at, and its own root, are no change. */
const quietOps = new Set(['same', 'refresh', 'read']);
const stackType = 'pulumi:pulumi:Stack';

function tellChange({ name, type, op, phase, message }: ResourceChange): string[] {
  if (phase === 'failed')
    return [`    ! ${resource(type, name)}${message === undefined ? '' : `: ${printable(message)}`}`];
  if (phase === 'started' || quietOps.has(op) || type === stackType) return [];
  return [`    ${marks[op] ?? op} ${resource(type, name)}`];
}

/** `RecordSet acme.localhost`, `Namespace/t-acme`: the last part of a type says enough, and some names begin with it. */
function resource(type: string, name: string): string {
  const kind = type.slice(type.lastIndexOf(':') + 1);
  return printable(name.startsWith(`${kind}/`) ? name : `${kind} ${name}`);
}

function counts(resources: StepEventData['resources']): string {
  const parts = (['created', 'updated', 'deleted'] as const)
    .filter((kind) => resources[kind] > 0)
    .map((kind) => `${resources[kind]} ${kind}`);
  return parts.length === 0 ? '' : `  (${parts.join(', ')})`;
}

function seconds(from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
}
