/** Whose proofs a workload takes, as it reads it: nothing secret. */
import * as z from 'zod/mini';

const jwk = z.looseObject({ kty: z.string() });
export const jwksSchema = z.object({ keys: z.array(jwk) });

/** Whose tokens count. */
export interface Trust {
  issuer: string;
  audience: string;
  rolesClaim: string;
  keys: z.infer<typeof jwk>[];
}

/** What the platform publishes beside the branding. */
const accessDocument = z.object({
  issuer: z.string(),
  audience: z.string(),
  rolesClaim: z.string(),
  keys: z.array(jwk),
  apiKeys: z.array(
    z.object({
      id: z.string(),
      hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      roles: z.array(z.string()),
      expiresAt: z.optional(z.string()),
    }),
  ),
});

export type AccessDocument = z.infer<typeof accessDocument>;

/** @throws Error when the object holds something else */
export function parseAccessDocument(text: string): AccessDocument {
  const parsed = accessDocument.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('The object access.json is not what the platform publishes.');
  return parsed.data;
}
