import { describe, expect, it } from 'vitest';
import { limitStates, reachedLevel } from './usage-limits.js';

const month = {
  requests: 90,
  errors: 1,
  podSeconds: 2,
  dataCalls: 3,
  rowsRead: 4,
  bytesRead: 5,
  rowsWritten: 6,
  bytesWritten: 700,
};

describe('the limits of a plan', () => {
  it('are those that it has', () => {
    const limits = { requestsPerMonth: 100, bytesWrittenPerMonth: null, storedBytes: 1_000 };
    expect(limitStates(limits, month, 250)).toEqual([
      { meter: 'requestsPerMonth', used: 90, limit: 100 },
      { meter: 'storedBytes', used: 250, limit: 1_000 },
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
