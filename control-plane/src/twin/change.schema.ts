import { z } from 'zod';
import { resourceQuery } from './twin.schema.js';

const path = z
  .string()
  .max(500)
  .regex(/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/, 'must be a path such as spec.replicas or spec.rules[0].path');

export const changeBody = resourceQuery
  .extend({
    path: path.describe('Where in the resource, such as spec.replicas.'),
    // Any JSON; the service reads it as such. A recursive schema is more than generated clients can take.
    value: z
      .unknown()
      .optional()
      .describe('What stands there from now on; the field goes when it is left out.'),
  })
  .meta({ id: 'TwinChange' });
export type TwinChange = z.output<typeof changeBody>;

export const invalidateBody = z
  .strictObject({
    cell: resourceQuery.shape.cell,
    host: z.string().min(1).max(253).toLowerCase().describe('The hostname whose answers are meant.'),
    path: z
      .string()
      .max(2_000)
      .startsWith('/')
      .default('/*')
      .describe('One path, or with * at its end all that begin so.'),
  })
  .meta({ id: 'TwinInvalidation' });
export type TwinInvalidation = z.output<typeof invalidateBody>;
