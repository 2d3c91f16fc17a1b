/**
 * How the conformance suite writes to a template and sees, after a kill, that nothing acknowledged was lost.
 *
 * Paths, header values and bodies may hold `{uuid}` (one for the run), `{n}` (the number of the write, from 1), `{token}` (a
 * JWT of the suite's own issuer), `{setup}` (what the setup captured) and, in a check's read, `{value}` (what the write captured).
 */
import { z } from 'zod';

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z
    .string()
    .max(500)
    .regex(/^\/[^\s]*$/, 'must be an absolute URL path'),
  headers: z.record(z.string().max(100), z.string().max(1000)).optional(),
  /** Sent as JSON when it is no string. */
  body: z.unknown().optional(),
  /** The status that acknowledges the request. */
  status: z.int().min(200).max(299).default(200),
});

/** JSON Pointer (RFC 6901) into the answer's body; '' is the whole body, which may then be no JSON. */
const pointer = z.string().regex(/^(\/[^/]*)*$/, 'must be a JSON Pointer such as /value');

const check = z.discriminatedUnion('kind', [
  /** The captured values of all acknowledged writes differ. */
  z.strictObject({ kind: z.literal('unique') }),
  /** Each acknowledged write can be read back by its captured value. */
  z.strictObject({
    kind: z.literal('readable'),
    read: request,
    withinSeconds: z.int().min(0).max(60).default(0),
  }),
  /** A number that is at least the count of acknowledged writes, and at most that of all writes sent. */
  z.strictObject({
    kind: z.literal('total'),
    read: request,
    pointer,
    withinSeconds: z.int().min(0).max(60).default(0),
  }),
]);

const probe = z.strictObject({
  /** Asked once, before the first write. */
  setup: request.extend({ capture: pointer.optional() }).optional(),
  write: request.extend({ capture: pointer.optional() }),
  check,
});

export const conformanceSchema = z.strictObject({
  /** Parameters with which the suite runs the template, beside the defaults. */
  parameters: z.record(z.string(), z.unknown()).optional(),
  /** Roles in the token that `{token}` stands for. */
  roles: z.array(z.string().max(60)).max(10).optional(),
  probe: probe.optional(),
});

export type Conformance = z.infer<typeof conformanceSchema>;
export type ConformanceProbe = z.infer<typeof probe>;
export type ProbeRequest = z.infer<typeof request>;
