import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../app-error.js';
import { canonicalJson } from '../canonical-json.js';
import { contentTag, requireMatch } from './etag.js';
import { storageProblem } from './json-body.js';
import { problemAnswer, toAppError } from './problem.js';
import { matches } from './route-table.js';

describe('entity tags', () => {
  test('the order of fields does not matter, their values do', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(contentTag(turned)).toBe(contentTag(value));
        expect(canonicalJson({ ...value, one: 1 })).not.toBe(canonicalJson({ ...value, one: 2 }));
      }),
    );
  });

  test.each(['"1"', '*', '"0", "1"', ' "1" '])('If-Match %s fits "1"', (ifMatch) => {
    expect(() => {
      requireMatch(ifMatch, '"1"');
    }).not.toThrow();
  });

  test.each(['"2"', 'W/"1"', '1', '"11"', ''])('If-Match %j does not', (ifMatch) => {
    expect(() => {
      requireMatch(ifMatch, '"1"');
    }).toThrow(AppError);
  });
});

describe('what Postgres cannot store', () => {
  test('no document that passes holds NUL, half a surrogate pair or endless depth', () => {
    fc.assert(
      fc.property(
        fc.object({
          maxDepth: 5,
          key: fc.string({ unit: 'binary' }),
          values: [fc.string({ unit: 'binary' })],
        }),
        (document) => {
          const text = JSON.stringify(document);
          const fit = !text.includes('\\u0000') && !/\\ud[89a-f]/.test(text);
          expect(storageProblem(document, 0) === undefined).toBe(fit);
        },
      ),
    );
  });
});

describe('errors', () => {
  test('what nobody expected says nothing about itself', () => {
    const answer = problemAnswer(toAppError(new Error('password is hunter2')), 'req_1');
    expect(answer).toMatchObject({
      status: 500,
      body: { code: 'internal_error', requestId: 'req_1' },
      logLevel: 'error',
    });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  test('a database that is not there is 503 and may be tried again', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const answer = problemAnswer(toAppError(refused), 'req_1');
    expect(answer).toMatchObject({ status: 503, body: { retryable: true }, headers: { 'retry-after': '2' } });
  });
});

test.each([
  ['/v1/tenants/:id', '/v1/tenants/acme', true],
  ['/v1/tenants/:id', '/v1/tenants/', false],
  ['/v1/tenants/:id', '/v1/tenants/acme/events', false],
  ['/v1/tenants', '/v1/tenant', false],
])('the pattern %s and the path %s: %s', (pattern, path, fits) => {
  expect(matches(pattern, path)).toBe(fits);
});
