import { z } from 'zod';

/**
 * Pulumi's state as the CLI sends it (`sdk/go/common/apitype/core.go`): only what the service itself looks at has a type,
 * everything else passes through untouched.
 */
const urn = z.string();

export const resourceState = z.looseObject({
  urn,
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  parent: urn.optional(),
  provider: z.string().optional(),
  delete: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.array(urn).nullish(),
  propertyDependencies: z.record(z.string(), z.array(urn).nullable()).nullish(),
  replaceWith: z.array(urn).nullish(),
  deletedWith: urn.optional(),
  viewOf: urn.optional(),
  aliases: z.array(urn).nullish(),
  refreshBeforeUpdate: z.boolean().optional(),
  resourceHooks: z.record(z.string(), z.unknown()).nullish(),
  taint: z.boolean().optional(),
  extensionRef: z.string().optional(),
  snippetID: z.string().optional(),
});
export type ResourceState = z.output<typeof resourceState>;

export const pendingOperation = z.looseObject({ type: z.string(), resource: resourceState });
export type PendingOperation = z.output<typeof pendingOperation>;

export const secretsProviders = z.looseObject({ type: z.string(), state: z.unknown().optional() });
export type SecretsProviders = z.output<typeof secretsProviders>;

const snippet = z.looseObject({ references: z.record(z.string(), z.string()).nullish() });

export const deployment = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }).partial(),
  secrets_providers: secretsProviders.optional(),
  resources: z.array(resourceState).nullish(),
  pending_operations: z.array(pendingOperation).nullish(),
  metadata: z.unknown().optional(),
  snippets: z.array(snippet).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
export type Deployment = z.output<typeof deployment>;

/** A deployment with the version and features of its schema: what is stored and what `stack export` answers. */
export interface VersionedDeployment {
  readonly schemaVersion: number;
  readonly features: readonly string[];
  readonly deployment: Deployment;
}

/** What a stack holds before its first update. */
export const emptyDeployment: VersionedDeployment = {
  schemaVersion: 3,
  features: [],
  deployment: { manifest: { time: '0001-01-01T00:00:00Z', magic: '', version: '' } },
};

/** `UntypedDeployment` on the wire. */
export const untypedDeployment = z.looseObject({
  version: z.number().int().default(3),
  features: z.array(z.string()).nullish(),
  deployment,
});

export function fromUntyped(body: z.output<typeof untypedDeployment>): VersionedDeployment {
  return { schemaVersion: body.version, features: body.features ?? [], deployment: body.deployment };
}

export function toUntyped(state: VersionedDeployment): object {
  return {
    version: state.schemaVersion,
    ...(state.features.length > 0 ? { features: state.features } : {}),
    deployment: state.deployment,
  };
}
