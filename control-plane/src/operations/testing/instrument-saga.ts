import { AppError } from '../../platform/app-error.js';
import type { Saga, SagaStep } from '../saga.js';

/** How a saga is put to the test; one thing at a time. */
export type Trial =
  | {
      readonly kind: 'fail';
      readonly step: string;
      /** Before anything was done, or after all of it. */
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'repeat steps' }
  | { readonly kind: 'repeat undos' };

/** What a trial does, for the name of a test. */
export function trialName(trial: Trial): string {
  return trial.kind === 'fail'
    ? `failing ${trial.when} the work of ${trial.step}`
    : `repeating all ${trial.kind.slice('repeat '.length)}`;
}

/** Every trial that a saga must pass: it fails before and after each step, and repeats all of its steps and undos. */
export function trialsOf(saga: { readonly steps: readonly Pick<SagaStep, 'name'>[] }): Trial[] {
  const failures = saga.steps.flatMap(({ name: step }) =>
    (['before', 'after'] as const).map((when): Trial => ({ kind: 'fail', step, when })),
  );
  return [...failures, { kind: 'repeat steps' }, { kind: 'repeat undos' }];
}

/** The same saga under a trial; the failure of `fail` is permanent. */
export function underTrial(saga: Saga, trial: Trial): Saga {
  return { ...saga, steps: saga.steps.map((step) => tried(step, trial)) };
}

function tried(step: SagaStep, trial: Trial): SagaStep {
  switch (trial.kind) {
    case 'fail':
      return trial.step === step.name ? failing(step, trial.when) : step;
    case 'repeat steps':
      return {
        ...step,
        act: async (work) => {
          await step.act?.(work);
          return step.act?.(work);
        },
        ...(step.record
          ? {
              record: async (tx, work) => {
                await step.record?.(tx, work);
                return step.record?.(tx, work);
              },
            }
          : {}),
      };
    case 'repeat undos':
      return {
        ...step,
        undo: async (work) => {
          await step.undo?.(work);
          await step.undo?.(work);
        },
        recordUndo: async (tx, work) => {
          await step.recordUndo?.(tx, work);
          await step.recordUndo?.(tx, work);
        },
      };
  }
}

function failing(step: SagaStep, when: 'before' | 'after'): SagaStep {
  return {
    ...step,
    act: async (work) => {
      if (when === 'after') await step.act?.(work);
      throw new AppError('not_allowed', 'trial', {
        publicMessage: `The step ${step.name} fails ${when} its work.`,
      });
    },
  };
}
