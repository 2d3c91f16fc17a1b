import { describe, expect, it } from 'vitest';
import { limitStates, reachedLevel, refusedBy } from './usage-limits.js';

const month = {
  requests: 90,
  errors: 1,
  requestBytes: 8,
  responseBytes: 9,
  podSeconds: 2,
  dataCalls: 3,
  rowsRead: 4,
  bytesRead: 5,
  rowsWritten: 6,
  bytesWritten: 700,
  tokens: 10,
};

const ends = new Date('2026-12-01T00:00:00Z');

describe('a limit that is reached', () => {
  it.each([
    ['requestsPerMonth', { requests: 'all', status: 429, until: '2026-12-01T00:00:00.000Z' }],
    ['bytesWrittenPerMonth', { requests: 'write', status: 429, until: '2026-12-01T00:00:00.000Z' }],
    ['storedBytes', { requests: 'write', status: 402, until: null }],
  ] as const)('of %s, if it is hard, refuses', (meter, refused) => {
    expect(refusedBy([{ meter, used: 100, limit: 100, hard: true }], ends)).toMatchObject([refused]);
    expect(refusedBy([{ meter, used: 99, limit: 100, hard: true }], ends)).toEqual([]);
    expect(refusedBy([{ meter, used: 500, limit: 100, hard: false }], ends)).toEqual([]);
  });
});

describe('the limits of a plan', () => {
  it('are those that it has', () => {
    const limits = {
      requestsPerMonth: { most: 100, hard: true },
      bytesWrittenPerMonth: null,
      storedBytes: { most: 1_000, hard: false },
    };
    expect(limitStates(limits, month, 250)).toEqual([
      { meter: 'requestsPerMonth', used: 90, limit: 100, hard: true },
      { meter: 'storedBytes', used: 250, limit: 1_000, hard: false },
    ]);
    const none = { requestsPerMonth: null, bytesWrittenPerMonth: null, storedBytes: null };
    expect(limitStates(none, month, 250)).toEqual([]);
  });

  it.each([
    [0, undefined],
    [79, undefined],
    [80, 80],
    [99, 80],
    [100, 100],
    [5_000, 100],
  ])('%i of 100 reaches %s percent', (used, level) => {
    expect(reachedLevel({ used, limit: 100 })).toBe(level);
  });
});
