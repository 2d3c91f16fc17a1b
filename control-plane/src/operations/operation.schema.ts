import { z } from 'zod';
import { operationStates, stepStates } from './operation.js';

const countsSchema = z.object({ created: z.int(), updated: z.int(), deleted: z.int(), same: z.int() });

const stepSchema = z
  .object({
    name: z.string(),
    state: z.enum(stepStates),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    attempts: z.int(),
    message: z.string().nullable(),
    resources: countsSchema,
  })
  .meta({ id: 'Step' });

/** An operation as the OpenAPI document describes it; a test parses what the service gives with it. */
export const operationSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    subject: z.string(),
    tenantId: z.string().nullable(),
    state: z.enum(operationStates),
    progress: z.object({ done: z.int(), total: z.int() }),
    steps: z.array(stepSchema),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        resource: z.string().optional(),
        retryable: z.boolean(),
      })
      .optional(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Operation' });

/** What a route answers that starts an operation. */
export const startsOperation = {
  202: {
    description: 'The operation that does the work',
    schema: operationSchema,
    headers: ['Location', 'Idempotent-Replayed'],
  },
} as const;
