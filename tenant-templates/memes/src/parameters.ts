import * as z from 'zod/mini';

const tokens = z.number().check(z.int(), z.minimum(0), z.maximum(1_000_000));
const milliseconds = z.number().check(z.int(), z.minimum(100), z.maximum(60_000));
const httpUrl = z.url({ protocol: /^https?$/ });

/** The platform has filled in the defaults and judged the values; this guards a pod that is started by hand. */
const parametersSchema = z
  .looseObject({
    openingTokens: z._default(tokens, 10),
    textPrice: z._default(tokens, 1),
    aiPrice: z._default(tokens, 3),
    memesPerDay: z.optional(z.number().check(z.int(), z.minimum(1))),
    aiBaseUrl: z.optional(httpUrl),
    aiModel: z.optional(z.string()),
    aiTimeoutMs: z._default(milliseconds, 15_000),
    aiFallback: z._default(z.enum(['text', 'fail']), 'text'),
    geocoderUrl: z.optional(httpUrl),
    geocoderTimeoutMs: z._default(milliseconds, 2_000),
  })
  .check(
    z.refine(({ aiBaseUrl, aiModel }) => (aiBaseUrl === undefined) === (aiModel === undefined), {
      error: 'aiBaseUrl and aiModel are given together, or neither',
    }),
  );

export type MemesParameters = z.infer<typeof parametersSchema>;

/** @throws Error naming what is wrong. */
export function parseParameters(values: unknown): MemesParameters {
  const parsed = parametersSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) =>
    `${path.map(String).join('.')} ${message}`.trim(),
  );
  throw new Error(`The parameters of this workload are not usable: ${reasons.join('; ')}.`);
}
