const secretField = 'ciphertext';
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * A state without what may differ between two backends that hold the same: times, ciphertexts, random ids of providers, who
 * encrypted, and the order of resources that do not depend on each other, which changes from run to run.
 */
export function normalizeState(exported: unknown): unknown {
  const { deployment, ...schema } = record(exported);
  const state = record(deployment);
  return {
    ...schema,
    deployment: clean({
      ...state,
      manifest: undefined,
      metadata: undefined,
      secrets_providers: undefined,
      resources: list(state['resources']).map(resource).sort(byUrn),
    }),
  };
}

function resource(value: unknown): Record<string, unknown> {
  const { created, modified, dependencies, ...rest } = record(value);
  const sorted = list(dependencies).map(String).sort();
  return { ...rest, dependencies: sorted, created: created !== undefined, modified: modified !== undefined };
}

function byUrn(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return (
    String(a['urn']).localeCompare(String(b['urn'])) || Number(a['delete'] ?? 0) - Number(b['delete'] ?? 0)
  );
}

/** Absent, empty and false say the same: one side leaves out what the other prints. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value === 'string') return value.replaceAll(uuid, '<id>');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, key === secretField ? '<ciphertext>' : clean(item)] as const)
    .filter(([, item]) => item !== undefined && item !== null && item !== '' && item !== false)
    .filter(([, item]) => typeof item !== 'object' || Object.keys(item ?? {}).length > 0);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('an object was expected');
  return { ...value };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
