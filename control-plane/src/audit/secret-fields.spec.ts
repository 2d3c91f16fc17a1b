import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Answer } from '../platform/http/answer.js';
import { commandEntry } from './command-entry.js';
import { withoutSecretFields } from './secret-fields.js';

const secret = z.string().meta({ writeOnly: true });
const body = z.object({
  name: z.string(),
  plain: secret,
  pair: z.tuple([z.string(), secret]).optional(),
  list: z.array(z.object({ user: z.string(), pin: secret })).optional(),
  either: z.union([z.object({ kind: z.literal('a'), phrase: secret }), z.string()]).optional(),
  byName: z.record(z.string(), secret).optional(),
  named: z.object({ seed: secret }).meta({ id: 'NamedSecret' }).optional(),
});

describe('a field that the schema marks as secret', () => {
  test('is cut out wherever it lies, and nothing else is', () => {
    const value = {
      name: 'n',
      plain: 'hush',
      pair: ['shown', 'hush'],
      list: [{ user: 'jo', pin: 'hush' }],
      either: { kind: 'a', phrase: 'hush' },
      byName: { one: 'hush' },
      named: { seed: 'hush' },
    };
    expect(withoutSecretFields(body, value)).toEqual({
      name: 'n',
      plain: '[redacted]',
      pair: ['shown', '[redacted]'],
      list: [{ user: 'jo', pin: '[redacted]' }],
      either: { kind: 'a', phrase: '[redacted]' },
      byName: { one: '[redacted]' },
      named: { seed: '[redacted]' },
    });
  });

  test('never reaches an audit event, whatever its value', () => {
    const answer = new Answer(201, {});
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (text, odd) => {
        const request = { operationId: 'x', parameters: {}, schema: body };
        const asked = { name: 'n', plain: `hush-${text}`, list: [{ pin: ['hush', odd] }] };
        const entry = commandEntry({ ...request, body: asked }, answer, { id: 'key:a', role: 'admin' });
        expect(JSON.stringify(entry)).not.toContain('hush');
      }),
    );
  });

  test('leaves a body alone that is not what the schema says', () => {
    expect(withoutSecretFields(body, 'text')).toBe('text');
    expect(withoutSecretFields(body, [1, { plain: 'x' }])).toEqual([1, { plain: 'x' }]);
  });
});
