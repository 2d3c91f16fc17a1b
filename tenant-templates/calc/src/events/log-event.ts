/** What is in the log: commands and their results. The shapes are part of the interface. */
import * as z from 'zod/mini';
import { OutOfRangeError } from '../arithmetic/out-of-range-error.js';
import type { Command, Outcome } from '../commands/command.js';
import { parametersJson, resultJson } from '../commands/command-json.js';

const parameters = z.union([
  z.strictObject({ a: z.string(), b: z.string() }),
  z.strictObject({ n: z.array(z.string()) }),
]);
/** A command as it is stored and told; its id is its place. */
export const commandEvent = z.strictObject({
  type: z.literal('command'),
  id: z.string(),
  command: z.enum(['add', 'max', 'np']),
  parameters,
});
const result = z.union([
  z.strictObject({ sum: z.string() }),
  z.strictObject({ max: z.string() }),
  z.strictObject({ nthPrimes: z.array(z.string()) }),
]);
const resultEvent = z.union([
  z.strictObject({ type: z.literal('result'), command_id: z.string(), result }),
  z.strictObject({
    type: z.literal('result'),
    command_id: z.string(),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
]);

/** An event of the log as it is stored and told. */
export const logEvent = z.union([commandEvent, resultEvent]);

export type CommandEvent = z.infer<typeof commandEvent>;
export type ResultEvent = z.infer<typeof resultEvent>;
export type LogEvent = z.infer<typeof logEvent>;
export type Topic = 'commands' | 'results';

/** An event in its place: 1, 2, 3, ... over both topics, without gaps. */
export interface SequencedEvent {
  readonly sequence: number;
  /** Of the batch that it is in: after a restore another event may have its place, and never its place and attempt. */
  readonly attempt: string;
  readonly event: LogEvent;
}

/** The event of a command; its id is its place in the log. */
export function commandEventOf(sequence: number, command: Command): CommandEvent {
  return {
    type: 'command',
    id: String(sequence),
    command: command.name,
    parameters: parametersJson(command),
  };
}

/** The event of what came of a command. */
export function resultEventOf(commandId: string, outcome: Outcome): ResultEvent {
  if (outcome instanceof OutOfRangeError) {
    const error = { code: 'OUT_OF_RANGE', message: outcome.message };
    return { type: 'result', command_id: commandId, error };
  }
  return { type: 'result', command_id: commandId, result: resultJson(outcome) };
}

/** Whether an event belongs to a topic; to no topic belong all. */
export function isOf(topic: Topic | undefined, event: LogEvent): boolean {
  return topic === undefined || (topic === 'commands') === (event.type === 'command');
}
