import { namespaceOf } from '@leasehold/stacks';
import { validateParameters } from '@leasehold/template-manifest';
import type { Release } from '../catalog/catalog.service.js';
import type { PlanView } from '../catalog/plan.schema.js';
import { AppError, type FieldError } from '../platform/app-error.js';
import { isWithin } from './hostname.js';

/** What only the data can say of a tenant's spec, as sentences; the same for a new tenant and for a change. */

export function unknownPlan(name: string | undefined): string {
  return name === undefined
    ? 'The release offers none of the plans; name one that it offers.'
    : `There is no plan "${name}"; GET /v1/plans lists them.`;
}

export function requireOffer({ template, version, manifest }: Release, plan: PlanView): void {
  if (plan.name in manifest.resources) return;
  const offered = Object.keys(manifest.resources).join(', ');
  throw refused(
    'plan_not_offered',
    '/plan',
    `${template} ${version} is not offered in the plan "${plan.name}"; it is in ${offered}.`,
  );
}

export function requireHostnameRoom(plan: PlanView, hostnames: readonly string[]): void {
  if (new Set(hostnames).size <= plan.maxHostnames) return;
  throw refused(
    'too_many_hostnames',
    '/hostnames',
    `The plan "${plan.name}" allows ${plan.maxHostnames} hostnames of the client's own.`,
  );
}

export function checkedParameters(release: Release, given: unknown): Record<string, unknown> {
  const result = validateParameters(release.manifest, given);
  if (result.ok) return result.values;
  const errors = result.errors.map(({ pointer, message }) => ({ pointer: `/parameters${pointer}`, message }));
  throw new AppError('not_allowed', 'invalid_parameters', {
    publicMessage: `The parameters do not fit ${release.template} ${release.version}: ${errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`,
    errors,
  });
}

/**
 * References to secrets: the release must know them, and a client is given no other client's. The names alone are looked at; whether
 * a secret is there says its store when a pod starts.
 */
export function checkedSecrets(
  { template, version, manifest: { secrets = [] } }: Release,
  slug: string,
  refs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const errors: FieldError[] = Object.entries(refs).flatMap(([name, secret]) => [
    ...(secrets.includes(name)
      ? []
      : [{ pointer: `/secretRefs/${name}`, message: `is no secret of ${template} ${version}` }]),
    ...(secret.startsWith(`${namespaceOf(slug)}-`) || secret.startsWith('shared-')
      ? []
      : [{ pointer: `/secretRefs/${name}`, message: `must begin with ${namespaceOf(slug)}- or shared-` }]),
  ]);
  if (errors.length === 0) return refs;
  throw new AppError('not_allowed', 'invalid_secret_refs', {
    publicMessage: `The references to secrets cannot be used: ${errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`,
    errors,
  });
}

/** Names below a domain of the platform are given by slug alone: otherwise one client could take another's. */
export function refusePlatformNames(
  hostnames: readonly string[],
  own: string,
  domains: readonly string[],
): void {
  const errors: FieldError[] = hostnames.flatMap((hostname, index) => {
    const domain = hostname === own ? undefined : domains.find((known) => isWithin(hostname, known));
    return domain === undefined
      ? []
      : [{ pointer: `/hostnames/${index}`, message: `is below ${domain}, whose names follow from slugs` }];
  });
  if (errors.length === 0) return;
  throw new AppError('not_allowed', 'hostname_of_the_platform', {
    publicMessage: `Of the platform's own names this tenant can only have ${own}.`,
    errors,
  });
}

export function refused(code: string, pointer: string, sentence: string): AppError {
  return new AppError('not_allowed', code, {
    publicMessage: sentence,
    errors: [{ pointer, message: sentence }],
  });
}

export function taken(code: string, pointer: string, sentence: string, resource: string): AppError {
  return new AppError('conflict', code, {
    publicMessage: sentence,
    errors: [{ pointer, message: sentence }],
    resource,
  });
}
