import type { Deployment, PendingOperation, ResourceState, VersionedDeployment } from '../wire/deployment.js';
import { journalEntryKind, type JournalEntry } from '../wire/journal-entry.js';
import { featuresOf } from './features.js';
import { normalizeUrnReferences } from './normalize-urns.js';
import { rebuildDependencies } from './rebuild-dependencies.js';

type Unchecked<T> = T | null | undefined;

interface Pending {
  readonly sequence: number;
  readonly operation: PendingOperation | undefined;
}

/**
 * Folds a run's journal into the state it started from, as the CLI's own replayer does (`JournalReplayer` in
 * `pkg/backend/journal.go`, v3.259.0). Resources are named by their index in the base, or by the operation that made them.
 * Entries must be added in the order of their sequence.
 */
export class JournalReplay {
  readonly #base: BaseChanges;
  readonly #made = new Map<number, ResourceState | undefined>();
  readonly #incomplete = new Map<number, Pending>();
  readonly #extensions = new Map<string, unknown>();
  #refreshed = false;
  #byteStrings = false;

  constructor(base: Deployment) {
    this.#base = new BaseChanges(base);
  }

  add(entry: JournalEntry): void {
    if (entry.requiresByteString) this.#byteStrings = true;
    switch (entry.kind) {
      case journalEntryKind.begin:
        this.#incomplete.set(entry.operationID, {
          sequence: entry.sequenceID,
          operation: entry.operation ?? undefined,
        });
        return;
      case journalEntryKind.success:
        this.#success(entry);
        return;
      case journalEntryKind.refreshSuccess:
        this.#incomplete.delete(entry.operationID);
        this.#refreshed = true;
        this.#replaceOrRemove(entry);
        return;
      case journalEntryKind.failure:
        this.#incomplete.delete(entry.operationID);
        return;
      case journalEntryKind.outputs:
        if (entry.state) this.#replaceOrRemove(entry);
        return;
      case journalEntryKind.write:
        if (entry.newSnapshot) this.#base.deployment = entry.newSnapshot;
        return;
      case journalEntryKind.secretsManager:
        if (entry.secretsProvider) this.#base.patch({ secrets_providers: entry.secretsProvider });
        return;
      case journalEntryKind.snippets:
        this.#base.patch({ snippets: entry.snippets });
        return;
      case journalEntryKind.rebuiltBaseState:
        this.#rebuild();
        return;
      case journalEntryKind.extensionParameterize:
        if (entry.extensionRef) this.#extensions.set(entry.extensionRef, entry.extension);
        return;
    }
  }

  /** The state after all entries so far. What had begun and not ended is in its pending operations. */
  result(): VersionedDeployment {
    const resources = [...this.#made.values()]
      .filter((state) => state !== undefined)
      .concat(this.#base.resources());
    const operations = [...this.#unfinished(), ...this.#base.pendingCreates()];
    const { snippets } = this.#base.deployment;
    const extensions = { ...Object.fromEntries(this.#extensions), ...this.#base.deployment.extensions };
    const features = featuresOf(
      [...resources, ...operations.map(({ resource }) => resource)],
      this.#byteStrings,
      (snippets ?? []).length > 0,
    );
    const deployment: Deployment = {
      ...this.#base.deployment,
      resources: this.#refreshed ? rebuildDependencies(resources) : resources,
      pending_operations: operations.length > 0 ? operations : undefined,
      ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    };
    return {
      schemaVersion: features.length > 0 ? 4 : 3,
      features,
      deployment: normalizeUrnReferences(deployment),
    };
  }

  #success(entry: JournalEntry): void {
    this.#incomplete.delete(entry.operationID);
    if (entry.state) this.#made.set(entry.operationID, entry.state);
    this.#base.remove(entry.removeOld);
    if (isSet(entry.removeNew)) this.#replaceMade(entry.removeNew, () => undefined);
    this.#base.mark(entry.deleteOld, { delete: true });
    if (isSet(entry.deleteNew)) this.#replaceMade(entry.deleteNew, (state) => ({ ...state, delete: true }));
    this.#base.mark(entry.pendingReplacementOld, { pendingReplacement: true });
    if (isSet(entry.pendingReplacementNew))
      this.#replaceMade(entry.pendingReplacementNew, (state) => ({ ...state, pendingReplacement: true }));
    if (entry.isRefresh) this.#refreshed = true;
  }

  /** In place, so that what depends on the resource still comes after it. */
  #replaceOrRemove(entry: JournalEntry): void {
    const state = entry.state ?? undefined;
    if (state) this.#base.replace(entry.removeOld, state);
    else this.#base.remove(entry.removeOld);
    if (isSet(entry.removeNew)) this.#replaceMade(entry.removeNew, () => state);
  }

  #replaceMade(operation: number, change: (state: ResourceState) => ResourceState | undefined): void {
    const state = this.#made.get(operation);
    if (state) this.#made.set(operation, change(state));
  }

  /** The engine starts anew from what it has refreshed: later indices are those of the rebuilt state. */
  #rebuild(): void {
    this.#base.restart(this.result().deployment);
    this.#made.clear();
    this.#incomplete.clear();
    this.#extensions.clear();
  }

  #unfinished(): PendingOperation[] {
    return [...this.#incomplete.values()]
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ operation }) => operation)
      .filter((operation) => operation !== undefined);
  }
}

/** The state that the run started from, and what has happened to its resources since, by index. */
class BaseChanges {
  readonly #removed = new Set<number>();
  readonly #replaced = new Map<number, ResourceState>();
  readonly #marked = new Map<number, Partial<ResourceState>>();

  constructor(public deployment: Deployment) {}

  patch(change: Partial<Deployment>): void {
    this.deployment = { ...this.deployment, ...change };
  }

  restart(deployment: Deployment): void {
    this.deployment = deployment;
    this.#removed.clear();
    this.#replaced.clear();
    this.#marked.clear();
  }

  remove(index: Unchecked<number>): void {
    if (isSet(index)) this.#removed.add(index);
  }

  replace(index: Unchecked<number>, state: ResourceState): void {
    if (isSet(index)) this.#replaced.set(index, state);
  }

  mark(index: Unchecked<number>, flags: Partial<ResourceState>): void {
    if (isSet(index)) this.#marked.set(index, { ...this.#marked.get(index), ...flags });
  }

  /** What is left of the base. A replaced resource keeps its new state's own flags. */
  resources(): ResourceState[] {
    return (this.deployment.resources ?? []).flatMap((resource, index) => {
      if (this.#removed.has(index)) return [];
      return [this.#replaced.get(index) ?? { ...resource, ...this.#marked.get(index) }];
    });
  }

  /** Only a person (or the same resource turning up, see `drop-settled-creates.ts`) ends a pending creation. */
  pendingCreates(): PendingOperation[] {
    return (this.deployment.pending_operations ?? []).filter(({ type }) => type === 'creating');
  }
}

function isSet(value: Unchecked<number>): value is number {
  return value !== null && value !== undefined;
}
