import { setTimeout as delay } from 'node:timers/promises';
import type { FaultOperation } from '../faults/fault.js';
import type { FaultyCalls } from '../faults/faulty-calls.js';
import type { JsonObject } from '../inventory/json.js';
import type { Inventory } from '../inventory/inventory.js';
import type { Reference, ResourceDraft, ResourceKey } from '../inventory/resource.js';
import type { ProviderName } from '../inventory/resource-types.js';
import { changeLatencyMs, type LatencyProfile } from '../latency/latency-profile.js';
import { ruleOf } from '../rules/rule-registry.js';
import { violations, type Violation } from '../rules/shape/shape.js';
import type { Identity, TypeRule } from '../rules/type-rule.js';
import { diffProperties, type PropertyChange } from './property-diff.js';
import { sentence, subject } from '../rules/sentence.js';
import { InvalidResourceError } from '../rules/invalid-resource-error.js';
import type { Properties } from './property-codec.js';
import type { RunGate } from './run-gate.js';
import { mayTakeOver } from './takeover.js';
import { parseUrn } from './urn.js';
import { keptOutputs, unknownOutputs } from './unknown-outputs.js';
import { cellOf } from './cell-of.js';

export interface OperationsContext {
  inventory: Inventory;
  gate: RunGate;
  faults: FaultyCalls;
  cell: string;
  provider: ProviderName;
  latency: LatencyProfile;
  /** The Google Cloud project where a resource names none. */
  project: () => string;
}

/** What a stand-in cloud does for one run, in terms of plain properties. */
export class ResourceOperations {
  constructor(private readonly context: OperationsContext) {}

  /** Fills in what the cloud would and says what is wrong, as sentences. */
  async check(urn: string, news: Properties): Promise<{ inputs: Properties; failures: string[] }> {
    const rule = await this.rule(urn);
    const filled = rule.defaults?.(news.value, { project: this.context.project() }) ?? news.value;
    const found = violations(rule.shape, filled);
    const failures = found.map((violation) => sentence(subject(rule, filled), violation));
    return { inputs: { value: filled, secrets: news.secrets }, failures };
  }

  /** What has to change from the old inputs to the new ones. */
  async diff(urn: string, oldInputs: Properties, news: Properties): Promise<PropertyChange[]> {
    const rule = await this.rule(urn);
    return diffProperties(oldInputs.value, news.value, rule.immutable);
  }

  /** Creates, or adopts what this owner has created before; a preview touches nothing. */
  async create(
    urn: string,
    inputs: Properties,
    preview: boolean,
  ): Promise<{ id: string; outputs: Properties }> {
    const rule = await this.rule(urn);
    if (preview) return { id: '', outputs: withOutputs(inputs, unknownOutputs(rule, inputs.value)) };
    const draft = this.draft(urn, rule, inputs.value);
    await this.admit(rule, inputs.value);
    const rivals = rule.rivals?.(inputs.value);
    const { resource } = await this.ask(urn, 'create', draft, () =>
      this.context.inventory.create(draft, {
        references: rule.references(inputs.value),
        adopt: (existing) => mayTakeOver(existing, draft, rule.immutable),
        ...(rivals && { rivals }),
      }),
    );
    return { id: resource.externalId, outputs: withOutputs(inputs, rule.outputs(resource)) };
  }

  /** Changes in place; a preview keeps what the old outputs say about the rest. */
  async update(urn: string, olds: Properties, news: Properties, preview: boolean): Promise<Properties> {
    const rule = await this.rule(urn);
    if (preview) return withOutputs(news, keptOutputs(rule, olds.value, news.value));
    const key = this.key(rule, news.value);
    await this.admit(rule, news.value);
    const resource = await this.ask(urn, 'update', key, () =>
      this.context.inventory.update(key, news.value, rule.references(news.value)),
    );
    return withOutputs(news, rule.outputs(resource));
  }

  /** What the inventory holds under the id, or undefined. Paths that were secret stay secret. */
  async read(
    urn: string,
    id: string,
    known: ReadonlySet<string>,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const rule = await this.rule(urn);
    const { inventory, gate } = this.context;
    const cell = cellOf(rule.token, this.context.cell);
    const resource = await gate.pass(() => inventory.getByExternalId(cell, rule.token, id));
    if (resource === undefined) return undefined;
    await this.ask(urn, 'read', resource, () => Promise.resolve());
    const inputs = { value: resource.spec, secrets: known };
    return { inputs, outputs: withOutputs(inputs, rule.outputs(resource)) };
  }

  /** Removes; what is gone already is fine. */
  async remove(urn: string, inputs: JsonObject): Promise<void> {
    const rule = await this.rule(urn);
    const key = this.key(rule, inputs);
    await this.ask(urn, 'delete', key, () => this.context.inventory.remove(key));
  }

  /** Asks the cloud for one thing: under the run's gate, with the fault that a rule has for it. */
  private ask<T>(
    urn: string,
    operation: FaultOperation,
    { type, scope, name }: Reference,
    work: () => Promise<T>,
  ): Promise<T> {
    const { gate, faults, latency } = this.context;
    const waits = changeLatencyMs(latency, type, operation);
    return faults.run({ urn, operation, key: { type, scope, name } }, async () => {
      const done = await gate.pass(work);
      if (waits > 0) await delay(waits, undefined, { signal: gate.signal });
      return done;
    });
  }

  private rule(urn: string): Promise<TypeRule> {
    return ruleOf(parseUrn(urn).type, this.context.provider);
  }

  private draft(urn: string, rule: TypeRule, spec: JsonObject): ResourceDraft {
    const { externalId, ...place } = identityOf(rule, spec);
    const { provider } = this.context;
    const cell = cellOf(rule.token, this.context.cell);
    const status = rule.initialStatus ?? {};
    return {
      cell,
      provider,
      type: rule.token,
      ...place,
      externalId,
      owner: parseUrn(urn).owner,
      spec,
      status,
    };
  }

  private key(rule: TypeRule, inputs: JsonObject): ResourceKey {
    const { scope, name } = identityOf(rule, inputs);
    return { cell: cellOf(rule.token, this.context.cell), type: rule.token, scope, name };
  }

  /** Applies the rules that depend on what exists. Missing references are the inventory's to refuse. */
  private async admit(rule: TypeRule, inputs: JsonObject): Promise<void> {
    if (rule.admit === undefined) return;
    const { inventory } = this.context;
    const cell = cellOf(rule.token, this.context.cell);
    const found = await Promise.all(rule.references(inputs).map((key) => inventory.get({ cell, ...key })));
    const referenced = found.flatMap((resource) => (resource ? [resource.spec] : []));
    const broken: Violation[] = referenced.length === found.length ? rule.admit(inputs, referenced) : [];
    if (broken.length > 0)
      throw new InvalidResourceError(broken.map((one) => sentence(subject(rule, inputs), one)));
  }
}

/** The inputs' secrets are secrets of the outputs too. */
function withOutputs(inputs: Properties, outputs: JsonObject): Properties {
  return { value: outputs, secrets: inputs.secrets };
}

function identityOf(rule: TypeRule, inputs: JsonObject): Identity {
  const identity = rule.identity(inputs);
  if (identity === undefined)
    throw new InvalidResourceError([`${subject(rule, inputs)}: its name is not known`]);
  return identity;
}
