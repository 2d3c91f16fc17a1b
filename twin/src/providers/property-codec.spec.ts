import fc from 'fast-check';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../inventory/json.js';
import { childPath } from '../rules/shape/property-path.js';
import { unknownValue } from '../rules/shape/unknown.js';
import { decodeProperties, encodeProperties } from './property-codec.js';

const signature = '4dabf18193072939515e22adb298388d';
const secret = (value: Json): JsonObject => ({ [signature]: '1b47061264138c4ac30d75fd1eb44270', value });
const output = (rest: JsonObject): JsonObject => ({
  [signature]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4',
  ...rest,
});
const decode = (value: JsonObject) => decodeProperties(struct.Struct.fromJavaScript(value));

const json = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(unknownValue),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 4 },
  ),
})).object;

/** Every path of a value, below the whole. */
function paths(value: Json, path = ''): string[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => paths(item, childPath(path, index)))
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([field, item]) => paths(item, childPath(path, field)))
      : [];
  return path === '' ? inner : [path, ...inner];
}

describe('properties', () => {
  it('come back as they were sent, with the same secrets, whatever they are', () => {
    fc.assert(
      fc.property(json, fc.nat(), (value, seed) => {
        const secrets = new Set(paths(value).filter((_path, index) => (seed >> (index % 20)) % 2 === 1));
        const back = decodeProperties(encodeProperties({ value, secrets }));
        expect(back.value).toEqual(value);
        expect(back.secrets).toEqual(secrets);
      }),
    );
  });

  it('are plain, with the paths of their secrets beside them', () => {
    const { value, secrets } = decode({ data: { 'a.b': secret('x'), c: [secret({ d: 1 })] }, e: null });
    expect(value).toEqual({ data: { 'a.b': 'x', c: [{ d: 1 }] } });
    expect(secrets).toEqual(new Set(['data["a.b"]', 'data.c[0]']));
  });

  it('take outputs for their values, their secrecy, and for unknown where they have none', () => {
    const { value, secrets } = decode({
      known: output({ value: 'x', dependencies: ['urn'] }),
      sealed: output({ value: 'y', secret: true }),
      later: output({}),
    });
    expect(value).toEqual({ known: 'x', sealed: 'y', later: unknownValue });
    expect(secrets).toEqual(new Set(['sealed']));
  });

  it('are empty when nothing was sent', () => {
    expect(decodeProperties(undefined)).toEqual({ value: {}, secrets: new Set() });
  });
});
