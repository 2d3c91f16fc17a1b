import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, pausesMs } from './verdict.js';

describe('what an answer of an endpoint means', () => {
  test.each([200, 201, 204, 299])('%i is success', (status) => {
    expect(judge({ kind: 'answered', status }, 1, 0.5)).toEqual({ kind: 'succeeded' });
  });

  test.each([100, 301, 302, 400, 401, 404, 429, 500, 503])('%i is tried again', (status) => {
    expect(judge({ kind: 'answered', status }, 1, 0.5)).toMatchObject({ kind: 'again', afterMs: 5_000 });
  });

  test('410 ends the endpoint, whichever attempt it was', () => {
    expect(judge({ kind: 'answered', status: 410 }, 1, 0)).toMatchObject({ kind: 'endpoint_gone' });
    expect(judge({ kind: 'answered', status: 410 }, 99, 0)).toMatchObject({ kind: 'endpoint_gone' });
  });

  test('a redirect says what to do about it', () => {
    expect(judge({ kind: 'answered', status: 302 }, 1, 0)).toMatchObject({
      why: 'The endpoint answered 302; redirects are not followed, so give its final URL.',
    });
  });

  test('an endpoint that never answers is tried for about a day, and then given up', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
        let waited = 0;
        let attempts = 0;
        for (const chance of chances) {
          const verdict = judge({ kind: 'failed', reason: 'cut' }, ++attempts, chance);
          if (verdict.kind !== 'again') {
            expect(verdict.kind).toBe('given_up');
            break;
          }
          waited += verdict.afterMs;
        }
        expect(attempts).toBe(pausesMs.length + 1);
        expect(waited).toBeGreaterThan(18 * 3_600_000);
        expect(waited).toBeLessThan(30 * 3_600_000);
      }),
    );
  });
});
