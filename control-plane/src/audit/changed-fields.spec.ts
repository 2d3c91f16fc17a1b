import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedFields, withoutSecrets } from './changed-fields.js';

describe('what an audit event says of a change', () => {
  test('names the fields that differ and leaves out those that do not', () => {
    const before = { plan: 'free', labels: { a: '1', b: '2' }, slug: 'acme' };
    const after = { plan: 'standard', labels: { b: '2', a: '1' }, slug: 'acme', contact: 'x' };
    expect(changedFields(before, after)).toEqual({
      plan: { before: 'free', after: 'standard' },
      contact: { before: null, after: 'x' },
    });
  });

  test('says that a secret changed and shows neither the old nor the new one', () => {
    const changes = changedFields(
      { parameters: { smtp: { password: 'old', host: 'a' } }, apiKey: 'old' },
      { parameters: { smtp: { password: 'new', host: 'a' } }, apiKey: 'new' },
    );
    expect(Object.keys(changes)).toEqual(['apiKey', 'parameters']);
    expect(JSON.stringify(changes)).not.toMatch(/old|new/);
    expect(changes['parameters']?.after).toEqual({ smtp: { password: '[redacted]', host: 'a' } });
  });

  test('equal specs have no changes, whatever they hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        expect(changedFields(spec, structuredClone(spec))).toEqual({});
      }),
    );
  });

  test('a value below a secret name never comes through, however deep it lies', () => {
    fc.assert(
      fc.property(fc.constantFrom('password', 'clientSecret', 'accessToken'), fc.nat(8), (name, depth) => {
        let value: unknown = { [name]: 'hush-hush' };
        for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { inner: value };
        expect(JSON.stringify(withoutSecrets(value))).not.toContain('hush-hush');
      }),
    );
  });
});
