import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../platform/app-error.js';
import { columnOf, readBatchCsv } from './batch-csv.js';
import { typedParameters } from './typed-parameters.js';

/** Every cell in quotes, as RFC 4180 allows. */
function csv(rows: readonly (readonly string[])[], lineEnd: string): string {
  return rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + lineEnd).join('');
}

function errorsOf(text: string): unknown {
  try {
    readBatchCsv(text);
  } catch (error) {
    if (error instanceof AppError) return error.errors;
    throw error;
  }
  return 'it was read';
}

describe('a CSV file of clients', () => {
  test('gives each row as the JSON of an onboarding', () => {
    const text =
      '\ufeffslug,displayName,template,hostnames,label.tier,label.region,param.maxBlockSize,contact.email\r\n' +
      'acme,"Acme, ""the"" Söhne",counter,shop.acme.example; www.acme.example,gold,,5,a@acme.example\r\n' +
      '\r\n' +
      'globex,"Two\r\nlines",counter,,,,,\r\n';
    expect(readBatchCsv(text).items).toEqual([
      {
        slug: 'acme',
        displayName: 'Acme, "the" Söhne',
        template: 'counter',
        hostnames: ['shop.acme.example', 'www.acme.example'],
        labels: { tier: 'gold' },
        parameters: { maxBlockSize: '5' },
        contact: { email: 'a@acme.example' },
      },
      {
        slug: 'globex',
        displayName: 'Two\r\nlines',
        template: 'counter',
        hostnames: [],
        labels: {},
        parameters: {},
      },
    ]);
  });

  test('any text in a cell comes back as it was, whatever the line ends', () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (names, lineEnd) => {
        const rows = names.map((name, index) => [`s${index}`, name]);
        const { items } = readBatchCsv(csv([['slug', 'displayName'], ...rows], lineEnd));
        expect(items.map((item) => item['displayName'] ?? '')).toEqual(names);
      }),
    );
  });

  test('any text at all is read or refused, with nothing else thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const result = errorsOf(text);
        expect(result === 'it was read' || Array.isArray(result)).toBe(true);
      }),
    );
  });

  test.each([
    ['nothing', '', [{ pointer: 'row 1', message: expect.stringContaining('must be a header') as unknown }]],
    [
      'an unknown column',
      'slug,colour\n',
      [{ pointer: 'row 1, column 2', message: expect.stringContaining('is not a known column') as unknown }],
    ],
    ['a column twice', 'slug,slug\n', [{ pointer: 'row 1, column 2', message: 'names slug a second time' }]],
    [
      'a row that is too short',
      'slug,plan\na,b\nc\n',
      [{ pointer: 'row 3', message: 'has 1 cells; the header has 2' }],
    ],
    [
      'a quote that does not end',
      'slug,plan\na,"b\n',
      [
        {
          pointer: expect.stringMatching(/^line \d+$/) as unknown,
          message: expect.stringContaining('does not end') as unknown,
        },
      ],
    ],
  ])('with %s is refused with row and column', (_title, text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  test.each([
    ['/slug', 'slug'],
    ['/labels/tier', 'label.tier'],
    ['/parameters/a~1b', 'param.a/b'],
    ['/contact/email', 'contact.email'],
    ['/hostnames/3', 'hostnames'],
  ])('the field %s comes from the column %s', (pointer, column) => {
    expect(columnOf(pointer)).toBe(column);
  });
});

test.each([
  [{ type: 'integer' }, '5', 5],
  [{ type: 'string' }, '5', '5'],
  [{ type: 'boolean' }, 'true', true],
  [{ type: ['string', 'null'] }, 'null', 'null'],
  [{ type: 'array' }, '[1,2]', [1, 2]],
  [{ type: 'integer' }, 'five', 'five'],
  [undefined, '5', '5'],
])('a parameter of schema %j given as %s is %j', (schema, text, value) => {
  expect(typedParameters({ properties: { p: schema } }, { p: text })).toEqual({ p: value });
});
