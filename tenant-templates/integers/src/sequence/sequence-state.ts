/** A user's sequence as it is stored, and what a batch of requests makes of it. */
import * as z from 'zod/mini';

/** The last number that JavaScript, and JSON for it, holds exactly. */
export const greatestValue = Number.MAX_SAFE_INTEGER;

const value = z.number().check(z.int(), z.minimum(0));

const stored = z.object({
  value,
  /** The newest write of each writer, the last one last. It tells a writer whether a write took effect whose answer was lost. */
  writers: z.array(z.tuple([z.string(), value])),
});

export type SequenceState = z.infer<typeof stored>;

/** A user before the first request. */
export const unused: SequenceState = { value: 0, writers: [] };

/** What one request does to the sequence. */
export type Step = 'next' | { set: number };

/** The value after a step; undefined when the step would lead beyond the greatest value. */
export type StepResult = number | undefined;

/** A writer that so many others followed does not wait for an answer any more. */
const writersKept = 64;

/** The steps one after another: the value after each, and the value at the end. */
export function applySteps(
  from: number,
  steps: readonly Step[],
): { value: number; results: StepResult[]; changes: boolean } {
  let current = from;
  let changes = false;
  const results = steps.map((step) => {
    const to = step === 'next' ? current + 1 : step.set;
    if (to > greatestValue) return undefined;
    changes = true;
    current = to;
    return to;
  });
  return { value: current, results, changes };
}

/** The state that a write leaves behind: no two writes leave the same, since a writer numbers its own. */
export function nextState(state: SequenceState, to: number, writer: string, request: number): SequenceState {
  const others = state.writers.filter(([name]) => name !== writer);
  return { value: to, writers: [...others, [writer, request] as const].slice(-writersKept).map(copy) };
}

/** Whether a state shows that this write took effect. */
export function hasWritten(state: SequenceState, writer: string, request: number): boolean {
  return state.writers.some(([name, last]) => name === writer && last === request);
}

export function encodeState(state: SequenceState): string {
  return JSON.stringify(state);
}

/** @throws Error for text that no version of this program has written. */
export function decodeState(text: string): SequenceState {
  return stored.parse(JSON.parse(text));
}

function copy([name, request]: readonly [string, number]): [string, number] {
  return [name, request];
}
