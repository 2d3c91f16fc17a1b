import { describe, expect, it } from 'vitest';
import { checkClock, checkVersion } from './compare-api.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const date = (ms: number) => new Date(ms).toUTCString();

describe('what doctor compares with the API', () => {
  it.each([
    [now, 'ok'],
    [now - 4_000, 'ok'],
    [now + 5_000, 'ok'],
    [now - 60_000, 'warn'],
    [now + 60_000, 'warn'],
  ])('the clock: %i is %s', (theirs, status) => {
    expect(checkClock(now, now + 100, date(theirs)).status).toBe(status);
  });

  it('the clock: no or a wrong date is no fault', () => {
    expect(checkClock(now, now, null).status).toBe('ok');
    expect(checkClock(now, now, 'yesterday').status).toBe('ok');
  });

  it.each([
    ['leasehold_build_info{version="1.2.3",node="24"} 1\n', 'ok', 'as the API'],
    [
      '# HELP x\nleasehold_build_info{node="24",version="1.3.0"} 1\n',
      'warn',
      'use the command of that version',
    ],
    ['', 'ok', 'does not say'],
  ])('the version in %j is %s', (metrics, status, message) => {
    expect(checkVersion('1.2.3', metrics)).toMatchObject({
      status,
      message: expect.stringContaining(message) as unknown,
    });
  });
});
