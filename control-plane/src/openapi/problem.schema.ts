import { z } from 'zod';

export const problemSchema = z
  .object({
    type: z.string().describe('urn:leasehold:problem:<code>'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable, for machines.'),
    detail: z.string().describe('For people: what is wrong and what to do.'),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('A JSON pointer into the body, or the name of a parameter or header.'),
          message: z.string(),
          column: z.string().optional().describe('The column of a CSV file.'),
        }),
      )
      .optional(),
    resource: z.string().optional().describe('What failed: an id, a hostname, a URN.'),
    retryable: z.boolean().optional().describe('The same request may succeed a moment later.'),
  })
  .meta({ id: 'Problem' });
