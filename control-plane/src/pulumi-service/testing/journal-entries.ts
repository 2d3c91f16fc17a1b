import { journalEntry, journalEntryKind, type JournalEntry } from '../wire/journal-entry.js';
import type { ResourceState, VersionedDeployment } from '../wire/deployment.js';

export const urnOf = (name: string): string => `urn:pulumi:dev::test::fixture:index:Thing::${name}`;

export function thing(name: string, more: Partial<ResourceState> = {}): ResourceState {
  return { urn: urnOf(name), type: 'fixture:index:Thing', custom: true, id: name, ...more };
}

export function stateOf(...resources: ResourceState[]): VersionedDeployment {
  return { schemaVersion: 3, features: [], deployment: { manifest: {}, resources } };
}

type Given = Partial<Omit<JournalEntry, 'kind'>> & { kind: keyof typeof journalEntryKind };

/** Entries as the engine writes them, numbered one after the other. */
export function entries(...given: Given[]): JournalEntry[] {
  return given.map(({ kind, ...entry }, index) =>
    journalEntry.parse({
      version: 1,
      sequenceID: index + 1,
      operationID: 0,
      ...entry,
      kind: journalEntryKind[kind],
    }),
  );
}
