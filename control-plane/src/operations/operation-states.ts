import type { OperationState } from './operation.js';

/**
 * The life of an operation as a table; docs and tests read the same rows.
 * A caller asks for `cancel`, `resume`, `rollback`, and an admin for `approve` and `reject`; the rest is what a worker reports.
 * `fail_back` is the failure of an operation that was started with `onFailure: rollback`.
 */
export const operationEvents = [
  'take',
  'succeed',
  'fail',
  'fail_back',
  'stopped',
  'undone',
  'cancel',
  'resume',
  'rollback',
  'approve',
  'reject',
] as const;
export type OperationEvent = (typeof operationEvents)[number];
/** What a caller can ask of an operation. */
export type RequestedEvent = Extract<OperationEvent, 'cancel' | 'resume' | 'rollback' | 'approve' | 'reject'>;

interface Transition {
  readonly from: OperationState;
  readonly event: OperationEvent;
  readonly to: OperationState;
  /** Only when a rollback was (true) or was not (false) asked for. */
  readonly rollbackRequested?: boolean;
  readonly why?: string;
}

export const operationTransitions: readonly Transition[] = [
  { from: 'queued', event: 'take', to: 'running' },
  { from: 'running', event: 'take', to: 'running', why: 'its worker was lost' },
  { from: 'cancelling', event: 'take', to: 'cancelling' },
  { from: 'rolling_back', event: 'take', to: 'rolling_back' },

  { from: 'running', event: 'succeed', to: 'succeeded' },
  {
    from: 'cancelling',
    event: 'succeed',
    to: 'succeeded',
    why: 'nothing was left to cancel',
    rollbackRequested: false,
  },
  { from: 'cancelling', event: 'succeed', to: 'rolling_back', rollbackRequested: true },
  { from: 'running', event: 'fail', to: 'failed' },
  { from: 'running', event: 'fail_back', to: 'rolling_back', why: 'it was started with onFailure: rollback' },
  { from: 'cancelling', event: 'fail', to: 'cancelled', rollbackRequested: false },
  { from: 'cancelling', event: 'fail', to: 'rolling_back', rollbackRequested: true },
  { from: 'rolling_back', event: 'fail', to: 'failed', why: 'an undo failed; rollback continues there' },
  { from: 'cancelling', event: 'stopped', to: 'cancelled', rollbackRequested: false },
  { from: 'cancelling', event: 'stopped', to: 'rolling_back', rollbackRequested: true },
  { from: 'rolling_back', event: 'undone', to: 'rolled_back' },

  { from: 'queued', event: 'cancel', to: 'cancelled', why: 'no worker has it yet' },
  {
    from: 'waiting_approval',
    event: 'cancel',
    to: 'rolled_back',
    why: 'nothing was begun, and a resume must not go past the approval',
  },
  { from: 'running', event: 'cancel', to: 'cancelling' },
  { from: 'cancelling', event: 'cancel', to: 'cancelling', why: 'asked again' },

  { from: 'failed', event: 'resume', to: 'queued' },
  { from: 'cancelled', event: 'resume', to: 'queued' },

  { from: 'failed', event: 'rollback', to: 'rolling_back' },
  { from: 'cancelled', event: 'rollback', to: 'rolling_back' },
  { from: 'queued', event: 'rollback', to: 'rolling_back' },
  { from: 'waiting_approval', event: 'rollback', to: 'rolled_back', why: 'nothing was begun' },
  { from: 'running', event: 'rollback', to: 'cancelling', why: 'the running step is stopped first' },
  { from: 'cancelling', event: 'rollback', to: 'cancelling' },
  { from: 'rolling_back', event: 'rollback', to: 'rolling_back', why: 'asked again' },

  { from: 'waiting_approval', event: 'approve', to: 'queued' },
  { from: 'waiting_approval', event: 'reject', to: 'rolled_back', why: 'nothing was begun' },
];

/** The state that an event leads to, or undefined when the table does not allow it. */
export function nextOperationState(
  from: OperationState,
  event: OperationEvent,
  rollbackRequested: boolean,
): OperationState | undefined {
  return operationTransitions.find(
    (row) =>
      row.from === from &&
      row.event === event &&
      (row.rollbackRequested === undefined || row.rollbackRequested === rollbackRequested),
  )?.to;
}

/** Why a caller's event is refused in a state, as a sentence for the caller. */
export function refusal(from: OperationState, event: RequestedEvent): string {
  const now = `The operation is ${from.replaceAll('_', ' ')}`;
  switch (event) {
    case 'cancel':
      return from === 'rolling_back'
        ? `${now}; a rollback cannot be cancelled, since it would leave half of it behind.`
        : `${now}; there is nothing to cancel.`;
    case 'resume':
      return from === 'succeeded' || from === 'rolled_back'
        ? `${now}; there is nothing to resume.`
        : `${now}; only a failed or cancelled operation can be resumed.`;
    case 'rollback':
      return from === 'succeeded'
        ? `${now}; what it made is taken away by a new operation, such as deleting the tenant.`
        : `${now}; there is nothing to roll back.`;
    case 'approve':
    case 'reject':
      return `${now}; only one that waits for an approval can be approved or rejected.`;
  }
}
