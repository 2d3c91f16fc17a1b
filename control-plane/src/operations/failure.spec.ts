import { describe, expect, test } from 'vitest';
import { AppError } from '../platform/app-error.js';
import { describeFailure, isTransient } from './failure.js';
import { Interruption } from './interruption.js';

describe('what the owner of an operation reads about a failure', () => {
  test('is the sentence of an expected error, with its resource and whether it may pass', () => {
    const error = new AppError('unavailable', 'not_reachable', {
      publicMessage: 'No page.',
      resource: 'a.localhost',
      retryable: true,
    });
    expect(describeFailure('verify', 'req_1', error)).toEqual({
      code: 'not_reachable',
      message: 'No page.',
      resource: 'a.localhost',
      retryable: true,
    });
    expect(isTransient(error)).toBe(true);
  });

  test('never holds the text of an unexpected error, but says where the log has it', () => {
    const failure = describeFailure('apply', 'req_1', new TypeError('password=hunter2 is undefined'));
    expect(failure).toMatchObject({ code: 'internal', retryable: false });
    expect(failure.message).toContain('req_1');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('says that the time was up, or that the database was away', () => {
    expect(describeFailure('apply', 'r', new Interruption('timeout'))).toMatchObject({
      code: 'step_timeout',
      retryable: true,
    });
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(describeFailure('apply', 'r', gone)).toMatchObject({ code: 'unavailable', retryable: true });
    const full = Object.assign(new Error('could not extend file'), { code: '53100' });
    expect(describeFailure('apply', 'r', full)).toMatchObject({ code: 'unavailable', retryable: true });
    expect([
      isTransient(new Interruption('timeout')),
      isTransient(gone),
      isTransient(new Error('x')),
    ]).toEqual([true, true, false]);
  });
});
