import { describe, expect, it } from 'vitest';
import { createLogger } from '../log/logger.js';
import { noQuota, parseQuota, quotaRefusal, type Quota } from './quota.js';
import { QuotaSource } from './quota-source.js';

const now = Date.parse('2026-11-30T23:59:00Z');
const requests: Quota = {
  blocked: [{ requests: 'all', status: 429, message: 'No more this month.', until: '2026-12-01T00:00:00Z' }],
};
const storage: Quota = { blocked: [{ requests: 'write', status: 402, message: 'Full.', until: null }] };

describe('a plan that is used up', () => {
  it('refuses every request until the month is over, and says when that is', () => {
    const refusal = quotaRefusal(requests, 'GET', now);
    expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(refusal?.body).toContain('No more this month.');
    expect(quotaRefusal(requests, 'GET', now + 60_000)).toBeUndefined();
  });

  it.each([
    ['GET', undefined],
    ['HEAD', undefined],
    ['POST', 402],
    ['PUT', 402],
    ['DELETE', 402],
  ])('of storage answers %s with %s', (method, status) => {
    expect(quotaRefusal(storage, method, now)?.status).toBe(status);
  });

  it('with room refuses nothing', () => {
    expect(quotaRefusal(noQuota, 'POST', now)).toBeUndefined();
  });

  it.each(['', '[]', '{"blocked":[{"requests":"all","status":500,"message":"x","until":null}]}'])(
    'is not read from %j',
    (text) => {
      expect(() => parseQuota(text)).toThrow();
    },
  );
});

describe('the state of the plan', () => {
  it('is asked for twice a minute at most, and stays when there is no answer', async () => {
    const answers = [() => Promise.resolve(storage), () => Promise.reject(new Error('away'))];
    let asked = 0;
    const source = new QuotaSource(() => (answers[asked++] ?? answers[0]!)(), createLogger('error', {}));
    expect(source.at(0)).toEqual(noQuota);
    await expect.poll(() => source.at(1)).toEqual(storage);
    expect(source.at(29_999)).toEqual(storage);
    expect(asked).toBe(1);
    source.at(30_000);
    expect(asked).toBe(2);
    await expect.poll(() => source.at(30_001)).toEqual(storage);
  });
});
