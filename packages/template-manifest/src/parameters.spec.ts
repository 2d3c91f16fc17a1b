import { describe, expect, it } from 'vitest';
import { validateParameters } from './parameters.js';

const parameters = {
  type: 'object',
  additionalProperties: false,
  required: ['region'],
  properties: {
    region: { enum: ['eu', 'us'] },
    rateLimitPerSecond: { type: 'integer', minimum: 1 },
    greeting: { type: 'string', default: 'hello' },
    'a/b': { type: 'object', properties: { on: { type: 'boolean', default: false } }, default: {} },
  },
};

describe('validateParameters', () => {
  it('fills in the defaults, nested ones too, and leaves the input as it was', () => {
    const given = { region: 'eu' };
    expect(validateParameters({ parameters }, given)).toEqual({
      ok: true,
      values: { region: 'eu', greeting: 'hello', 'a/b': { on: false } },
    });
    expect(given).toEqual({ region: 'eu' });
  });

  it.each([
    ['a missing parameter', {}, '/region', 'is required'],
    ['an unknown parameter', { region: 'eu', colour: 1 }, '/colour', 'is not a parameter of this template'],
    ['a value outside the list', { region: 'mars' }, '/region', 'must be one of ["eu","us"]'],
    [
      'a number below its minimum',
      { region: 'eu', rateLimitPerSecond: 0 },
      '/rateLimitPerSecond',
      'must be >= 1',
    ],
    [
      'a number in quotes',
      { region: 'eu', rateLimitPerSecond: '5' },
      '/rateLimitPerSecond',
      'must be integer',
    ],
    ['a field with a slash', { region: 'eu', 'a/b': 1 }, '/a~1b', 'must be object'],
    ['no object at all', [1], '', 'must be object'],
    ['nothing', undefined, '', 'must be object'],
  ])('names the field of %s', (_, values, pointer, message) => {
    expect(validateParameters({ parameters }, values)).toEqual({ ok: false, errors: [{ pointer, message }] });
  });

  it('reports every wrong field at once', () => {
    const result = validateParameters({ parameters }, { region: 'mars', greeting: 1 });
    expect(result.ok ? [] : result.errors.map((e) => e.pointer)).toEqual(['/region', '/greeting']);
  });

  it('does not let a parameter reach the prototype', () => {
    const result = validateParameters(
      { parameters },
      JSON.parse('{"region":"eu","__proto__":{"admin":true}}'),
    );
    expect(result.ok).toBe(false);
  });
});
