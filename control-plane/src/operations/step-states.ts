import type { StepState } from './operation.js';

/** The life of a step as a table. */
export const stepEvents = ['begin', 'succeed', 'fail', 'yield', 'reset', 'undo', 'skip'] as const;
export type StepEvent = (typeof stepEvents)[number];

interface Transition {
  readonly from: StepState;
  readonly event: StepEvent;
  readonly to: StepState;
  readonly why?: string;
}

export const stepTransitions: readonly Transition[] = [
  { from: 'pending', event: 'begin', to: 'running' },
  { from: 'running', event: 'begin', to: 'running', why: 'another attempt, or a lost worker' },
  { from: 'running', event: 'succeed', to: 'succeeded' },
  { from: 'running', event: 'fail', to: 'failed' },
  { from: 'running', event: 'yield', to: 'pending', why: 'its worker stops in good order' },
  { from: 'failed', event: 'reset', to: 'pending', why: 'the operation is resumed' },
  { from: 'running', event: 'reset', to: 'pending', why: 'the operation is resumed' },
  { from: 'undone', event: 'reset', to: 'pending', why: 'the operation is resumed' },
  { from: 'skipped', event: 'reset', to: 'pending', why: 'the operation is resumed' },
  { from: 'succeeded', event: 'undo', to: 'undone' },
  { from: 'failed', event: 'undo', to: 'undone', why: 'a failed step may have left something' },
  { from: 'running', event: 'undo', to: 'undone', why: 'its worker was lost before the rollback' },
  { from: 'pending', event: 'skip', to: 'skipped', why: 'the operation is rolled back' },
];

/** The state that an event leads to, or undefined when the table does not allow it. */
export function nextStepState(from: StepState, event: StepEvent): StepState | undefined {
  return stepTransitions.find((row) => row.from === from && row.event === event)?.to;
}

/** States from which an event may happen: the `where state in (...)` of the statement that writes it. */
export function statesBefore(event: StepEvent): StepState[] {
  return stepTransitions.filter((row) => row.event === event).map((row) => row.from);
}
