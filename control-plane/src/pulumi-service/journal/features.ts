import type { ResourceState } from '../wire/deployment.js';

const perResource: readonly (readonly [feature: string, needs: (state: ResourceState) => boolean])[] = [
  ['refreshBeforeUpdate', (state) => state.refreshBeforeUpdate === true],
  ['views', (state) => Boolean(state.viewOf)],
  ['hooks', (state) => Object.keys(state.resourceHooks ?? {}).length > 0],
  ['taint', (state) => state.taint === true],
  ['replaceWith', (state) => (state.replaceWith ?? []).length > 0],
  ['extensionParameterization', (state) => Boolean(state.extensionRef)],
  ['snippets-prototype', (state) => Boolean(state.snippetID)],
];

/** What a reader of this state must understand (`ApplyFeatures` in `pkg/resource/stack/deployment.go`), sorted. */
export function featuresOf(
  resources: readonly ResourceState[],
  byteStrings: boolean,
  snippets: boolean,
): readonly string[] {
  const features = new Set<string>();
  if (byteStrings && resources.length > 0) features.add('byteString');
  if (snippets) features.add('snippets-prototype');
  for (const state of resources) {
    for (const [feature, needs] of perResource) if (needs(state)) features.add(feature);
  }
  return [...features].sort();
}
