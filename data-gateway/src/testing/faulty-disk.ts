import { openLogFile, type OpenLogFile } from '../log/log-file.js';

/** The real disk, until a test makes it full or failing. */
export class FaultyDisk {
  /** How many bytes still fit. */
  room = Infinity;
  /** Whether every write fails after it was made, as one that cannot be synced does. */
  failing = false;

  readonly open: OpenLogFile = async (path, mode) => {
    const file = await openLogFile(path, mode);
    return {
      ...file,
      write: async (data, position) => {
        const fits = data.subarray(0, Math.max(0, this.room));
        this.room -= fits.length;
        await file.write(fits, position);
        if (this.failing) throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
        if (fits.length < data.length)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
    };
  };
}
