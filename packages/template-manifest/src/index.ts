/**
 * @leasehold/template-manifest: what a tenant template says of itself in `template.json`, and the check of a
 * tenant's parameters against it. Used by the catalog of the control plane, the tenant kit and the templates' builds.
 */
export { templateManifestSchema, type PlanResources, type TemplateManifest } from './manifest.schema.js';
export type { TemplatePort } from './ports.schema.js';
export { dayOf, isExpired } from './expired-flags.js';
export type { TemplateFlag } from './flags.schema.js';
export type { Conformance, ConformanceProbe, ProbeRequest } from './conformance.schema.js';
export { sharedParameters } from './shared-parameters.js';
export { loadManifest, parseManifest } from './load-manifest.js';
export { ManifestError, type FieldError } from './manifest-error.js';
export { validateParameters, type ParameterResult, type ParameterValues } from './parameters.js';
