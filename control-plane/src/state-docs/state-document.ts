import { operationTransitions } from '../operations/operation-states.js';
import { stepTransitions } from '../operations/step-states.js';
import { tenantActionRules, tenantStates, tenantTransitions } from '../tenants/tenant-states.js';
import { markdownTable } from './markdown-table.js';

/** Where the document lies in the repository. */
export const stateDocument = new URL('../../../docs/states.md', import.meta.url);

/** `docs/states.md`: the tables by which the code itself decides. */
export function stateDocumentText(): string {
  return `${sections().join('\n\n')}\n`;
}

function sections(): string[] {
  return [
    '# States',
    'Written by `npm run -w control-plane states` from the tables by which the code decides; a test compares them.\nWhat is not in a table is refused with 409: `wrong_state` for a tenant, `state_does_not_allow` for an operation.',
    '## The life of a tenant',
    tenantDiagram(),
    markdownTable(
      ['from', 'event', 'to', 'only'],
      tenantTransitions.map(({ from, event, to, guard }) => [
        from,
        event,
        to,
        guard === 'no_live_operation' ? 'without an operation that has not ended' : '',
      ]),
    ),
    '## What can be asked of a tenant',
    'An update that fails leaves the tenant `active` with the condition `Degraded`. What ran before is put back; the spec stays as\nit was asked for, and `lastGood` shows what runs instead. An empty PATCH tries the spec again, a PATCH to what `lastGood`\nshows takes it back. Hostnames that left the spec are freed only when the new one runs.',
    markdownTable(['action', 'route', ...tenantStates], actionRows()),
    '## The life of an operation',
    markdownTable(
      ['from', 'event', 'to', 'rollback asked for', 'why'],
      operationTransitions.map(({ from, event, to, rollbackRequested, why }) => [
        from,
        event,
        to,
        rollbackRequested === undefined ? '' : rollbackRequested ? 'yes' : 'no',
        why ?? '',
      ]),
    ),
    '## The life of a step',
    markdownTable(
      ['from', 'event', 'to', 'why'],
      stepTransitions.map(({ from, event, to, why }) => [from, event, to, why ?? '']),
    ),
  ];
}

function actionRows(): string[][] {
  return tenantActionRules.map(({ action, route, from }) => [
    action,
    `\`${route}\``,
    ...tenantStates.map((state) => (from.includes(state) ? 'yes' : '')),
  ]);
}

function tenantDiagram(): string {
  const edges = tenantTransitions
    .filter(({ from, to }) => from !== to)
    .map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`);
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> requested',
    '  [*] --> provisioning',
    ...edges,
    '```',
  ].join('\n');
}
