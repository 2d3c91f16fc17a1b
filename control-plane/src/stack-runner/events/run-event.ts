import type { EngineEvent } from '../../pulumi-service/wire/engine-event.js';
import type { ResourceOp, RunEvent } from '../stack-run.js';

/** The engine's steps in the words of progress; a replacement is a creation, a deletion and the `replace` that names both. */
const ops: Readonly<Record<string, ResourceOp>> = {
  same: 'same',
  create: 'create',
  'create-replacement': 'create',
  import: 'create',
  'import-replacement': 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  'delete-replaced': 'delete',
  discard: 'delete',
  'discard-replaced': 'delete',
  'remove-pending-replace': 'delete',
  read: 'read',
  'read-replacement': 'read',
  refresh: 'refresh',
};

const severities: Readonly<Record<string, 'info' | 'warning' | 'error'>> = {
  info: 'info',
  'info#err': 'info',
  warning: 'warning',
  error: 'error',
};

/** What an engine event means for who watches the run; undefined when it means nothing to them. */
export function runEvent(event: EngineEvent): RunEvent | undefined {
  if (event.resourcePreEvent) return resourceEvent(event.resourcePreEvent.metadata, 'started');
  if (event.resOutputsEvent) return resourceEvent(event.resOutputsEvent.metadata, 'done');
  if (event.resOpFailedEvent) return resourceEvent(event.resOpFailedEvent.metadata, 'failed');
  if (event.diagnosticEvent) return diagnosticEvent(event.diagnosticEvent);
  if (event.errorEvent)
    return { kind: 'diagnostic', severity: 'error', message: plainText(event.errorEvent.error) };
  return undefined;
}

function resourceEvent(
  step: { op: string; urn: string; type: string },
  phase: 'started' | 'done' | 'failed',
): RunEvent | undefined {
  const op = ops[step.op];
  return op && { kind: 'resource', urn: step.urn, type: step.type, name: nameOf(step.urn), op, phase };
}

function diagnosticEvent(diagnostic: NonNullable<EngineEvent['diagnosticEvent']>): RunEvent | undefined {
  const severity = severities[diagnostic.severity];
  const message = plainText(diagnostic.message);
  if (!severity || !message || diagnostic.ephemeral) return undefined;
  return { kind: 'diagnostic', severity, message, ...(diagnostic.urn ? { urn: diagnostic.urn } : {}) };
}

/** The last part of a URN; a name may hold `::` itself. */
export function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}

/** Without the engine's colour marks (`<{%reset%}>`) and terminal escapes, in one piece. */
export function plainText(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, '')
    .replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
    .trim();
}
