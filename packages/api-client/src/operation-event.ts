import { z } from 'zod';

const counts = z.object({ created: z.int(), updated: z.int(), deleted: z.int(), same: z.int() });
const change = z.object({
  name: z.string(),
  type: z.string(),
  op: z.string(),
  phase: z.enum(['started', 'done', 'failed']),
  message: z.string().optional(),
});

/** When it happened, RFC 3339. */
const at = z.string().optional();

const stateEvent = z.object({
  at,
  type: z.literal('operation.state'),
  data: z.object({
    state: z.string(),
    endedAt: z.string().nullish(),
    error: z.object({ code: z.string(), message: z.string(), resource: z.string().optional() }).nullish(),
  }),
});
const stepEvent = z.object({
  at,
  type: z.literal('operation.step'),
  data: z.object({
    name: z.string(),
    state: z.string(),
    attempts: z.int(),
    message: z.string().nullable(),
    resources: counts,
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
  }),
});
const progressEvent = z.object({
  at,
  type: z.literal('operation.progress'),
  data: z.object({
    step: z.string(),
    message: z.string().nullable(),
    resources: counts,
    changes: z.array(change),
  }),
});

const operationEvent = z.discriminatedUnion('type', [stateEvent, stepEvent, progressEvent]);

/** What the stream of an operation tells: its state, a step's state, how far the running step is. */
export type OperationEvent = z.output<typeof operationEvent>;
export type StepEventData = z.output<typeof stepEvent>['data'];
export type ResourceChange = z.output<typeof change>;

/** An event of the stream; undefined for one of a kind that this client does not know. */
export function parseOperationEvent(data: string): OperationEvent | undefined {
  const parsed = operationEvent.safeParse(JSON.parse(data));
  return parsed.success ? parsed.data : undefined;
}
