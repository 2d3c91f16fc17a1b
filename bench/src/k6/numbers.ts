import { z } from 'zod';

/** What a script has measured. */
export const numbersSchema = z.object({
  /** Requests a second. */
  perSecond: z.number(),
  /** Milliseconds of a request. */
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  /** The share of the checks that did not hold, 0 to 1. */
  errors: z.number(),
  /** Resident MB of the pod at the end. */
  memory: z.number(),
});
export type Numbers = z.infer<typeof numbersSchema>;

export const measuredSchema = z.object({
  /** What a bare server has answered a second, on this machine, just before and after. */
  calibration: z.number(),
  numbers: numbersSchema,
});
export type Measured = z.infer<typeof measuredSchema>;

/** A run of scripts, by name: what is stored as the baseline, and what is compared with it. */
export const runSchema = z.object({
  at: z.iso.datetime(),
  k6: z.string(),
  /** Users at once, and seconds of each script. */
  users: z.int(),
  seconds: z.int(),
  machine: z.object({ cpus: z.int(), model: z.string(), node: z.string() }),
  scripts: z.record(z.string(), measuredSchema),
});
export type Run = z.infer<typeof runSchema>;
