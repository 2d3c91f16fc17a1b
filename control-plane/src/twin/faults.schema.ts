import { faultKinds, faultOperations, type Fault } from '@leasehold/twin/target';
import { z } from 'zod';
import { cellQuery } from './twin.schema.js';

const delay = z.int().min(0).max(600_000);

export const newFaultBody = z
  .strictObject({
    cell: cellQuery.shape.cell,
    type: z.string().min(1).max(200).optional().describe('A Pulumi type; any when left out.'),
    scope: z.string().max(200).optional().describe('A namespace, project or bucket; any when left out.'),
    name: z.string().min(1).max(300).optional().describe('A resource’s name; any when left out.'),
    operation: z.enum(faultOperations),
    fault: z
      .enum(faultKinds)
      .describe(
        'A refusal with that status; no answer in time; the work done and its answer lost; a concurrent change; slowness.',
      ),
    delayMs: delay.default(0).describe('Milliseconds before the fault; of slow, before the call.'),
    times: z.int().min(1).max(1_000_000).optional().describe('For how many calls; for all when left out.'),
    probability: z.number().gt(0).max(1).default(1).describe('Of each call that fits.'),
    until: z.iso.datetime({ offset: true }).optional().describe('No call after this time has the fault.'),
  })
  .refine(({ fault, delayMs }) => fault !== 'slow' || delayMs > 0, {
    path: ['delayMs'],
    message: 'must be above 0 for slow',
  })
  .meta({ id: 'NewTwinFault' });
export type NewTwinFault = z.output<typeof newFaultBody>;

export const twinFaultSchema = z
  .object({
    id: z.string(),
    cell: z.string(),
    type: z.string().nullable(),
    scope: z.string().nullable(),
    name: z.string().nullable(),
    operation: z.enum(faultOperations),
    fault: z.enum(faultKinds),
    delayMs: delay,
    times: z.int().nullable(),
    taken: z.int().describe('How many calls had the fault.'),
    probability: z.number(),
    until: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'TwinFault' });
export type TwinFault = z.output<typeof twinFaultSchema>;

export function showFault({ until, createdAt, ...fault }: Fault): TwinFault {
  return { ...fault, until: until?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}
