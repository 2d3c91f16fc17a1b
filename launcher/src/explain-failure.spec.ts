import { DataDirInUseError, ServiceStartError } from '@leasehold/processes';
import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain-failure.js';

const systemError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('what a person reads when the start failed', () => {
  it('is the sentence of an error that was written for people', () => {
    expect(explainFailure(new DataDirInUseError('Another one uses it.'), '/d')).toBe('Another one uses it.');
    expect(explainFailure(new ServiceStartError('twin did not start.'), '/d')).toBe('twin did not start.');
  });

  it('names the full disk and the way out, however deep the cause lies', () => {
    const wrapped = new Error('could not make its data folder', { cause: systemError('ENOSPC', 'write') });
    for (const error of [
      wrapped,
      systemError('ENOSPC', 'x'),
      new Error('initdb: No space left on device'),
      new ServiceStartError('twin did not start. No space left on device'),
    ]) {
      expect(explainFailure(error, '/d')).toMatch(
        /^The disk is full: free some space where \/d is, .*LEASEHOLD_DATA_DIR/,
      );
    }
  });

  it('names a folder that may not be written', () => {
    expect(explainFailure(systemError('EACCES', "permission denied, mkdir '/x'"), '/x')).toContain(
      "mkdir '/x'",
    );
  });

  it('never shows a stack trace', () => {
    const text = explainFailure(new Error('something else'), undefined);
    expect(text).toBe('Leasehold could not start: something else');
  });
});
