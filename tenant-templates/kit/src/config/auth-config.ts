/** Whose tokens a workload takes. */
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1, 'must not be empty'));
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** The variables, all three or none. */
export const authEnvironment = {
  AUTH_ISSUER: z.optional(text),
  AUTH_JWKS_URL: z.optional(url),
  AUTH_AUDIENCE: z.optional(text),
  AUTH_ROLES_CLAIM: z._default(text, 'roles'),
};

export interface AuthConfig {
  /** The `iss` of its tokens. */
  issuer: string;
  /** The `aud` that is this tenant. */
  audience: string;
  jwksUrl: string;
  /** The claim that holds the roles. */
  rolesClaim: string;
}

/** The issuer of a workload; undefined when one of the variables is absent. */
export function authConfigOf(values: {
  AUTH_ISSUER?: string | undefined;
  AUTH_JWKS_URL?: string | undefined;
  AUTH_AUDIENCE?: string | undefined;
  AUTH_ROLES_CLAIM: string;
}): AuthConfig | undefined {
  const { AUTH_ISSUER: issuer, AUTH_JWKS_URL: jwksUrl, AUTH_AUDIENCE: audience } = values;
  if (issuer === undefined || jwksUrl === undefined || audience === undefined) return undefined;
  return { issuer, jwksUrl, audience, rolesClaim: values.AUTH_ROLES_CLAIM };
}
