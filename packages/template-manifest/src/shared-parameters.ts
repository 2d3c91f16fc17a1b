/**
 * Parameters that mean the same in every template that declares them: the platform and its console know what they do.
 * A template copies the fragment into its `parameters.properties`; it may narrow it and give it a default.
 */
import type { FieldError } from './manifest-error.js';

const authModes = ['off', 'jwt', 'api-key', 'any'];

/** JSON Schema fragments by the parameter's name. */
export const sharedParameters = {
  auth: {
    description:
      'What a caller must show: nothing (off), a token of the tenant, an API key, or either (any).',
    enum: authModes,
    default: 'off',
  },
  rateLimitPerSecond: {
    description: 'Requests per second that each replica answers; absent: no limit.',
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
  },
  flags: {
    description: 'Feature flags of the release that are not as its manifest has them, by their names.',
    type: 'object',
    additionalProperties: { type: 'boolean' },
  },
} as const;

/** Says where a template gives a shared parameter another meaning; empty when it does not. */
export function sharedParameterErrors(schema: Record<string, unknown>): FieldError[] {
  const { auth, rateLimitPerSecond } = membersOf(schema.properties);
  const errors: FieldError[] = [];
  if (auth !== undefined && !isAuth(membersOf(auth)))
    errors.push({
      pointer: '/parameters/properties/auth',
      message: `must be an enum of some of ${authModes.join(', ')}: it means the same in every template`,
    });
  if (rateLimitPerSecond !== undefined && !isRateLimit(membersOf(rateLimitPerSecond)))
    errors.push({
      pointer: '/parameters/properties/rateLimitPerSecond',
      message: 'must be an integer with a minimum of 1 or above: it means the same in every template',
    });
  return errors;
}

function isAuth({ enum: modes }: Record<string, unknown>): boolean {
  return Array.isArray(modes) && modes.every((mode) => authModes.includes(String(mode)));
}

function isRateLimit({ type, minimum }: Record<string, unknown>): boolean {
  return type === 'integer' && typeof minimum === 'number' && minimum >= 1;
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
