import { z } from 'zod';

/** What the pool and its children say to each other over IPC. A child hosts one run at a time. */
export const openRun = z.object({
  type: z.literal('open'),
  runId: z.string(),
  program: z.object({ name: z.string(), input: z.record(z.string(), z.unknown()) }),
  providers: z.object({
    databaseUrl: z.string(),
    cell: z.string(),
    latency: z.enum(['off', 'gcp']).optional(),
  }),
});
export type OpenRun = z.output<typeof openRun>;

const closeRun = z.object({ type: z.literal('close'), runId: z.string() });

export const toChild = z.discriminatedUnion('type', [openRun, closeRun]);
export type ToChild = z.output<typeof toChild>;

/** The ports that the run's CLI connects to. */
const opened = z.object({
  type: z.literal('opened'),
  runId: z.string(),
  languagePort: z.number().int(),
  debugProviders: z.string(),
});
/** Nothing that the run still asks for has an effect any more. */
const closed = z.object({ type: z.literal('closed'), runId: z.string(), programMs: z.number().optional() });
const failed = z.object({ type: z.literal('failed'), runId: z.string(), message: z.string() });

export const fromChild = z.discriminatedUnion('type', [opened, closed, failed]);
export type FromChild = z.output<typeof fromChild>;
export type Opened = z.output<typeof opened>;
export type Closed = z.output<typeof closed>;

/** The modules that a child loads: stack programs and the providers that they meet. Part of its arguments. */
export const childModules = z.object({ programs: z.string(), providers: z.string() });
export type ChildModules = z.output<typeof childModules>;
