import { openLogFile, type OpenLogFile } from '../log/log-file.js';

/** The real disk, until a test makes it full or failing. */
export class FaultyDisk {
  /** How many bytes still fit. */
  room = Infinity;
  /** Whether every sync fails. */
  syncFails = false;

  readonly open: OpenLogFile = async (path) => {
    const file = await openLogFile(path);
    return {
      ...file,
      write: async (data, position) => {
        const fits = data.subarray(0, Math.max(0, this.room));
        this.room -= fits.length;
        await file.write(fits, position);
        if (fits.length < data.length)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
      sync: async () => {
        if (this.syncFails) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
        await file.sync();
      },
    };
  };
}
