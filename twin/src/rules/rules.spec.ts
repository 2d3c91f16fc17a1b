import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../inventory/json.js';
import { resourceTypes as types, type ResourceType } from '../inventory/resource-types.js';
import { ruleOf } from './rule-registry.js';
import { sentence, subject } from './sentence.js';
import { violations } from './shape/shape.js';
import { unknownValue } from './shape/unknown.js';

/** Inputs of each type with which nothing is wrong. */
const valid = z
  .record(z.enum(types), z.custom<JsonObject>(isJsonObject))
  .parse(JSON.parse(readFileSync(new URL('fixtures/valid-inputs.json', import.meta.url), 'utf8')));

/** What the twin says of these inputs. */
async function judge(type: ResourceType, inputs: JsonObject): Promise<string[]> {
  const rule = await ruleOf(type, type.startsWith('gcp:') ? 'gcp' : 'kubernetes');
  const filled = rule.defaults?.(inputs, { project: 'leasehold-twin' }) ?? inputs;
  return violations(rule.shape, filled).map((violation) => sentence(subject(rule, filled), violation));
}

/** A copy of the inputs with the value at one path replaced, or gone. */
function withChange(
  inputs: Json,
  [step, ...rest]: readonly (string | number)[],
  value: Json | undefined,
): Json {
  const copy = structuredClone(inputs);
  if (Array.isArray(copy) && typeof step === 'number') {
    if (value === undefined && rest.length === 0) copy.splice(step, 1);
    else copy[step] = inner(copy[step] ?? {}, rest, value);
  } else if (isJsonObject(copy) && typeof step === 'string') {
    if (value === undefined && rest.length === 0)
      return Object.fromEntries(Object.entries(copy).filter(([key]) => key !== step));
    copy[step] = inner(copy[step] ?? {}, rest, value);
  }
  return copy;
}

function inner(inputs: Json, rest: readonly (string | number)[], value: Json | undefined): Json {
  return rest.length === 0 && value !== undefined ? value : withChange(inputs, rest, value);
}

/** `spec.ports.0.name`; a step in brackets may hold dots. */
function steps(path: string): (string | number)[] {
  return [...path.matchAll(/\[([^\]]+)\]|([^.[\]]+)/g)].map(([, bracketed, plain]) => {
    const step = bracketed ?? plain ?? '';
    return /^\d+$/.test(step) ? Number(step) : step;
  });
}

describe('what is in order', () => {
  it.each(Object.values(types))('%s passes', async (type) => {
    expect(await judge(type, valid[type])).toEqual([]);
  });

  it.each(Object.values(types))(
    '%s passes while the values of its fields are not known yet',
    async (type) => {
      for (const field of Object.keys(valid[type])) {
        expect(await judge(type, { ...valid[type], [field]: unknownValue })).toEqual([]);
      }
    },
  );

  it.each(Object.values(types))(
    '%s has a name of its own, and the computed outputs it speaks of',
    async (type) => {
      const rule = await ruleOf(type, type.startsWith('gcp:') ? 'gcp' : 'kubernetes');
      const spec = rule.defaults?.(valid[type], { project: 'leasehold-twin' }) ?? valid[type];
      const identity = rule.identity(spec);
      if (identity === undefined) throw new Error('no identity');
      const now = new Date();
      const dates = { createdAt: now, updatedAt: now };
      const head = { cell: 'local', provider: rule.provider, type, owner: 'p/s', status: {} };
      const outputs = rule.outputs({
        ...head,
        ...identity,
        spec,
        uid: crypto.randomUUID(),
        generation: 1,
        ...dates,
      });
      expect(outputs).toMatchObject(spec);
      for (const path of rule.computed) expect(outputs).toHaveProperty(path);
    },
  );
});

const refused = z
  .record(
    z.enum(types),
    z.array(z.object({ path: z.string(), value: z.json().optional(), says: z.string() })),
  )
  .parse(JSON.parse(readFileSync(new URL('fixtures/refused-inputs.json', import.meta.url), 'utf8')));
const cases = Object.values(types).flatMap((type) => refused[type].map((entry) => ({ type, ...entry })));

describe('what is not in order is named, with the place and what to do', () => {
  it.each(cases)('$type: $path $value', async ({ type, path, value, says }) => {
    const changed = withChange(valid[type], steps(path), value);
    expect(changed).not.toEqual(valid[type]);
    expect(isJsonObject(changed) && (await judge(type, changed))).toEqual([says]);
  });

  it('a ConfigMap of more than a megabyte', async () => {
    const data = { big: 'x'.repeat(1_048_577) };
    expect(await judge(types.configMap, { ...valid[types.configMap], data })).toEqual([
      'ConfigMap "app" in namespace "t-acme": data must not be more than 1048576 bytes in all',
    ]);
  });
});

describe('what depends on other resources', () => {
  it('a record set lies within its zone, and a CNAME not at the zone’s own name', async () => {
    const rule = await ruleOf(types.recordSet, 'gcp');
    const admit = (inputs: JsonObject) =>
      rule.admit?.({ ...valid[types.recordSet], ...inputs }, [{ dnsName: 'localhost.' }]);
    expect(admit({})).toEqual([]);
    expect(admit({ name: 'localhost.' })).toEqual([]);
    expect(admit({ name: 'acme.example.test.' })).toEqual([
      { path: 'name', reason: 'must lie within the zone, that is end with "localhost."' },
    ]);
    expect(admit({ name: 'evillocalhost.' })).toHaveLength(1);
    expect(admit({ name: 'localhost.', type: 'CNAME' })).toEqual([
      { path: 'type', reason: "must not be CNAME at the zone's own name" },
    ]);
  });

  it.each([
    ['A', ['acme.localhost./AAAA'], undefined],
    ['A', ['acme.localhost./CNAME'], 'acme.localhost./CNAME'],
    ['CNAME', ['acme.localhost./TXT'], 'acme.localhost./TXT'],
    ['CNAME', [], undefined],
  ])('a %s record set beside %j', async (type, others, excluded) => {
    const rule = await ruleOf(types.recordSet, 'gcp');
    const rivals = rule.rivals?.({ ...valid[types.recordSet], type });
    expect(rivals?.prefix).toBe('acme.localhost./');
    expect(rivals?.refuse(others)).toBe(
      excluded && `cannot stand beside "${excluded}": a CNAME excludes other record sets of its name`,
    );
  });

  it('a managed folder needs uniform access in its bucket', async () => {
    const rule = await ruleOf(types.managedFolder, 'gcp');
    expect(rule.admit?.(valid[types.managedFolder], [{ uniformBucketLevelAccess: true }])).toEqual([]);
    expect(rule.admit?.(valid[types.managedFolder], [{}])).toEqual([
      { path: 'bucket', reason: 'must have uniformBucketLevelAccess: true' },
    ]);
  });

  it('a certificate is for domains that its authorizations cover, with their wildcards', async () => {
    const rule = await ruleOf(types.certificate, 'gcp');
    const admit = (...domains: string[]) =>
      rule.admit?.({ managed: { domains } }, [{ domain: 'shop.acme.test' }]);
    expect(admit('shop.acme.test', '*.shop.acme.test')).toEqual([]);
    expect(admit('shop.acme.test', 'acme.test')).toEqual([
      { path: 'managed.domains[1]', reason: 'is covered by none of its dnsAuthorizations' },
    ]);
  });

  it.each([types.authorizedView, types.bigtableGcPolicy])(
    '%s is of families that its table has',
    async (type) => {
      const rule = await ruleOf(type, 'gcp');
      expect(rule.admit?.(valid[type], [{ columnFamilies: [{ family: 'c' }] }])).toEqual([]);
      expect(rule.admit?.(valid[type], [{ columnFamilies: [{ family: 'd' }] }])).toMatchObject([
        { reason: 'must be a family of the table' },
      ]);
    },
  );

  it('every object of a namespace needs the namespace', async () => {
    const rule = await ruleOf(types.deployment, 'kubernetes');
    expect(rule.references(valid[types.deployment])).toEqual([
      { type: types.namespace, scope: '', name: 't-acme' },
    ]);
  });
});

describe('types', () => {
  it.each([
    [
      'kubernetes:core/v1:Secret',
      'kubernetes',
      'the twin has no resources of the type kubernetes:core/v1:Secret',
    ],
    [
      'kubernetes:apps/v1beta1:Deployment',
      'kubernetes',
      'the twin has no resources of the type kubernetes:apps/v1beta1:Deployment, did you mean kubernetes:apps/v1:Deployment?',
    ],
    [types.recordSet, 'kubernetes', `the twin has no resources of the type ${types.recordSet}`],
  ] as const)('%s is unknown to %s', async (type, provider, message) => {
    await expect(ruleOf(type, provider)).rejects.toThrow(message);
  });
});
