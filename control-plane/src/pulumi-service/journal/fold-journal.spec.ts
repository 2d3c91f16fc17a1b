import { expect, test } from 'vitest';
import { entries, stateOf, thing, urnOf } from '../testing/journal-entries.js';
import type { JournalEntry } from '../wire/journal-entry.js';
import type { VersionedDeployment } from '../wire/deployment.js';
import { foldJournal } from './fold-journal.js';

const at = '2026-01-01T00:00:00Z';
const fold = (base: VersionedDeployment, journal: JournalEntry[]): VersionedDeployment =>
  foldJournal(base, journal, at);
const names = ({ deployment }: VersionedDeployment): (string | undefined)[] =>
  (deployment.resources ?? []).map(({ id }) => id);
const creating = (name: string) => ({ type: 'creating', resource: thing(name) });

test('a run that wrote nothing leaves the state as it was, its manifest included', () => {
  const base = stateOf(thing('a'));
  expect(fold(base, [])).toBe(base);
});

test('what was made comes before what is left of the old state, so that dependencies come first', () => {
  const folded = fold(
    stateOf(thing('old'), thing('gone')),
    entries(
      { kind: 'begin', operationID: 1, operation: creating('new') },
      { kind: 'success', operationID: 1, state: thing('new') },
      { kind: 'success', operationID: 2, removeOld: 1 },
    ),
  );
  expect(names(folded)).toEqual(['new', 'old']);
  expect(folded.deployment.pending_operations).toBeUndefined();
});

test('what had begun and not ended is a pending operation', () => {
  const folded = fold(stateOf(), entries({ kind: 'begin', operationID: 1, operation: creating('half') }));
  expect(folded.deployment.pending_operations).toMatchObject([
    { type: 'creating', resource: { id: 'half' } },
  ]);
});

test('a step that failed is not pending, and has made nothing', () => {
  const folded = fold(
    stateOf(),
    entries(
      { kind: 'begin', operationID: 1, operation: creating('broken') },
      { kind: 'failure', operationID: 1, state: thing('broken') },
    ),
  );
  expect(names(folded)).toEqual([]);
  expect(folded.deployment.pending_operations).toBeUndefined();
});

test('a creation that was cut off is no longer pending once the resource is there', () => {
  const base = {
    ...stateOf(),
    deployment: { manifest: {}, pending_operations: [creating('a'), creating('b')] },
  };
  const folded = fold(base, entries({ kind: 'success', operationID: 1, state: thing('a') }));
  expect(folded.deployment.pending_operations).toMatchObject([{ resource: { id: 'b' } }]);
});

test('an old pending update or deletion says nothing about the new run', () => {
  const base = {
    ...stateOf(),
    deployment: { manifest: {}, pending_operations: [{ type: 'deleting', resource: thing('a') }] },
  };
  const folded = fold(base, entries({ kind: 'success', operationID: 1, state: thing('b') }));
  expect(folded.deployment.pending_operations).toBeUndefined();
});

test('a replacement marks the old resource until its deletion is done', () => {
  const replaced = entries({
    kind: 'success',
    operationID: 1,
    state: thing('a', { id: 'a2' }),
    deleteOld: 0,
  });
  expect(fold(stateOf(thing('a')), replaced).deployment.resources).toMatchObject([
    { id: 'a2' },
    { id: 'a', delete: true },
  ]);
  const deleted = [...replaced, ...entries({ kind: 'success', operationID: 2, removeOld: 0 })];
  expect(names(fold(stateOf(thing('a')), deleted))).toEqual(['a2']);
});

test('a resource that is deleted first and made later is marked in between', () => {
  const folded = fold(
    stateOf(thing('a')),
    entries({ kind: 'success', operationID: 1, pendingReplacementOld: 0 }),
  );
  expect(folded.deployment.resources).toMatchObject([{ id: 'a', pendingReplacement: true }]);
});

test('resources of this run can be changed, marked and removed by later steps of it', () => {
  const made = entries(
    { kind: 'success', operationID: 1, state: thing('a') },
    { kind: 'success', operationID: 2, state: thing('b') },
    { kind: 'success', operationID: 3, state: thing('c') },
    { kind: 'outputs', operationID: 4, removeNew: 1, state: thing('a', { outputs: { done: true } }) },
    { kind: 'success', operationID: 5, removeNew: 2 },
    { kind: 'success', operationID: 6, deleteNew: 3 },
  );
  expect(fold(stateOf(), made).deployment.resources).toMatchObject([
    { id: 'a', outputs: { done: true } },
    { id: 'c', delete: true },
  ]);
});

test('a refresh changes a resource in its place, and takes references to lost ones away', () => {
  const base = stateOf(
    thing('lost'),
    thing('kept', {
      parent: urnOf('lost'),
      dependencies: [urnOf('lost')],
      propertyDependencies: { value: [urnOf('lost')] },
      deletedWith: urnOf('lost'),
    }),
  );
  const folded = fold(
    base,
    entries(
      { kind: 'refreshSuccess', operationID: 1, removeOld: 0 },
      {
        kind: 'refreshSuccess',
        operationID: 2,
        removeOld: 1,
        state: thing('kept', { dependencies: [urnOf('lost')] }),
      },
    ),
  );
  expect(names(folded)).toEqual(['kept']);
  expect(JSON.stringify(folded)).not.toContain(urnOf('lost'));
});

test('after the engine has rebuilt its base, indices count in the rebuilt state', () => {
  const folded = fold(
    stateOf(thing('lost'), thing('a'), thing('b')),
    entries(
      { kind: 'refreshSuccess', operationID: 1, removeOld: 0 },
      { kind: 'rebuiltBaseState' },
      { kind: 'success', operationID: 2, removeOld: 0 },
    ),
  );
  expect(names(folded)).toEqual(['b']);
});

test('a rebase replaces the base, and the run’s encryption and snippets become the state’s', () => {
  const folded = fold(
    stateOf(thing('a')),
    entries(
      { kind: 'write', newSnapshot: stateOf(thing('b')).deployment },
      { kind: 'secretsManager', secretsProvider: { type: 'service', state: { url: 'http://one' } } },
      { kind: 'snippets', snippets: [{ uuid: '1' }] },
    ),
  );
  expect(names(folded)).toEqual(['b']);
  expect(folded).toMatchObject({
    schemaVersion: 4,
    features: ['snippets-prototype'],
    deployment: { secrets_providers: { type: 'service' }, snippets: [{ uuid: '1' }] },
  });
});

test('references to a resource’s old name follow it to its new one', () => {
  const folded = fold(
    stateOf(
      thing('child', { parent: urnOf('old'), dependencies: [urnOf('old')], provider: `${urnOf('old')}::id` }),
    ),
    entries({ kind: 'success', operationID: 1, state: thing('new', { aliases: [urnOf('old')] }) }),
  );
  expect(JSON.stringify(folded)).not.toContain(urnOf('old'));
  expect(folded.deployment.resources).toMatchObject([
    { urn: urnOf('new') },
    { dependencies: [urnOf('new')], provider: `${urnOf('new')}::id` },
  ]);
});

test('a reader must understand what the resources use', () => {
  const folded = fold(
    stateOf(),
    entries(
      { kind: 'success', operationID: 1, state: thing('a', { taint: true }), requiresByteString: true },
      { kind: 'success', operationID: 2, state: thing('b', { viewOf: urnOf('a') }) },
    ),
  );
  expect(folded).toMatchObject({ schemaVersion: 4, features: ['byteString', 'taint', 'views'] });
});
