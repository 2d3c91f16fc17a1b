import { z } from 'zod';

/** Engine events (`sdk/go/common/apitype/events.go`): the ones that progress and diagnostics are made of. */
const step = z.looseObject({ op: z.string(), urn: z.string(), type: z.string() });

export const engineEvent = z.looseObject({
  sequence: z.number().int(),
  resourcePreEvent: z.looseObject({ metadata: step, planning: z.boolean().optional() }).optional(),
  resOutputsEvent: z.looseObject({ metadata: step, planning: z.boolean().optional() }).optional(),
  resOpFailedEvent: z.looseObject({ metadata: step }).optional(),
  diagnosticEvent: z
    .looseObject({
      urn: z.string().optional(),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().optional(),
    })
    .optional(),
  summaryEvent: z
    .looseObject({
      resourceChanges: z.record(z.string(), z.number()).nullish(),
      result: z.string().optional(),
    })
    .optional(),
  errorEvent: z.looseObject({ error: z.string() }).optional(),
});
export type EngineEvent = z.output<typeof engineEvent>;

export const engineEventBatch = z.object({ events: z.array(engineEvent).nullish() });
