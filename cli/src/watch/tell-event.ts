import type { OperationEvent, ResourceChange, StepEventData } from '@leasehold/api-client';
import { printable } from '../output/table.js';

const marks: Readonly<Record<string, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  read: '?',
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

function tellChange({ name, type, op, phase, message }: ResourceChange): string[] {
  if (phase === 'started' || (op === 'same' && phase === 'done')) return [];
  const what = `${printable(type)} ${printable(name)}`;
  if (phase === 'failed') return [`    ! ${what}${message === undefined ? '' : `: ${printable(message)}`}`];
  return [`    ${marks[op] ?? op} ${what}`];
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
