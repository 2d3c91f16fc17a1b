import type { ResourceCounts } from '../operations/operation.js';
import { noResources } from '../operations/operation.js';
import type { StepProgress } from '../operations/step-progress.js';
import type { ResourceOp, RunEvent } from '../stack-runner/stack-run.js';

const counted: Readonly<Record<ResourceOp, keyof ResourceCounts | undefined>> = {
  create: 'created',
  update: 'updated',
  replace: 'updated',
  delete: 'deleted',
  same: 'same',
  read: undefined,
  refresh: undefined,
};

/** Turns a run's events into the progress of its step: what was touched, how much of each kind, what goes on now. */
export function reportRun(progress: StepProgress): (event: RunEvent) => void {
  let counts = noResources;
  return (event) => {
    if (event.kind === 'diagnostic') {
      if (event.severity !== 'info') progress.say(event.message);
      return;
    }
    const { name, type, op, phase, message } = event;
    const kind = counted[op];
    if (phase === 'done' && kind !== undefined) {
      counts = { ...counts, [kind]: counts[kind] + 1 };
      progress.count(counts);
    }
    if (op === 'same') return;
    progress.change({ name, type, op, phase, ...(message === undefined ? {} : { message }) });
    if (phase === 'started') progress.say(`${op} ${shortType(type)} ${name}`);
    if (phase === 'failed' && message !== undefined) progress.say(message);
  };
}

/** `kubernetes:apps/v1:Deployment` is for the machine; people read `Deployment`. */
function shortType(type: string): string {
  return type.slice(type.lastIndexOf(':') + 1);
}
