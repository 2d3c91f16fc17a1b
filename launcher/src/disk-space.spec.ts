import { describe, expect, it } from 'vitest';
import { assertDiskSpace, describeShortage, neededBytes } from './disk-space.js';

describe('the free space that a start needs', () => {
  it('is enough at the limit, and named in the sentence below it', () => {
    expect(describeShortage(neededBytes, '/d')).toBeUndefined();
    expect(describeShortage(1024 * 1024 * 3.9, '/d')).toBe(
      'The disk of /d has 3 MB free and Leasehold needs 500 MB: free some space, or set LEASEHOLD_DATA_DIR to another disk.',
    );
  });

  it('is asked of the real disk', async () => {
    const fullDisk = process.platform === 'linux' ? '/proc' : '/dev';
    await expect(assertDiskSpace(fullDisk)).rejects.toThrow(`The disk of ${fullDisk} has 0 MB free`);
  });
});
