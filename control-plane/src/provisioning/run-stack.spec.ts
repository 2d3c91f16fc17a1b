import { describe, expect, test } from 'vitest';
import { StepProgress, type ProgressReport } from '../operations/step-progress.js';
import type { RunEvent } from '../stack-runner/stack-run.js';
import { reportRun } from './report-run.js';
import { isPassing } from './run-stack.js';

describe('a failed run is tried again', () => {
  test.each([
    'googleapi: Error 429: Too Many Requests',
    'the server answered 503 Service Unavailable',
    'context deadline exceeded',
    'read: connection reset by peer',
  ])('when the cloud says "%s"', (message) => {
    expect(isPassing({ retryable: false, errors: [{ message }] })).toBe(true);
  });

  test.each([
    'a Service with this name belongs to another stack',
    'exceeded quota: pods, limited to 5',
    'spec.replicas is required',
  ])('not when it says "%s"', (message) => {
    expect(isPassing({ retryable: false, errors: [{ message }] })).toBe(false);
    expect(isPassing({ retryable: false, errors: [{ message: 'Error 503' }, { message }] })).toBe(false);
  });

  test('when its process died, and not when it gave no reason', () => {
    expect(isPassing({ retryable: true, errors: [] })).toBe(true);
    expect(isPassing({ retryable: false, errors: [] })).toBe(false);
  });
});

describe('the progress of a run', () => {
  const event = (
    op: 'create' | 'same' | 'delete',
    phase: 'started' | 'done' | 'failed',
    message?: string,
  ): RunEvent => ({
    kind: 'resource',
    urn: 'urn:app',
    type: 'kubernetes:apps/v1:Deployment',
    name: 'app',
    op,
    phase,
    ...(message === undefined ? {} : { message }),
  });

  async function told(...events: RunEvent[]): Promise<ProgressReport> {
    const progress = new StepProgress(() => Promise.resolve(), 60_000);
    const report = reportRun(progress);
    for (const each of events) report(each);
    return progress.close();
  }

  test('counts what is done, says what goes on, and leaves out what stays as it is', async () => {
    const { resources, changes, message } = await told(
      event('same', 'done'),
      event('create', 'started'),
      event('create', 'done'),
      event('delete', 'started'),
    );
    expect(resources).toEqual({ created: 1, updated: 0, deleted: 0, same: 1 });
    expect(changes.map(({ op, phase }) => `${op} ${phase}`)).toEqual([
      'create started',
      'create done',
      'delete started',
    ]);
    expect(message).toBe('delete Deployment app');
  });

  test('says why a resource failed, and what the engine warns of', async () => {
    expect((await told(event('create', 'failed', 'quota'))).message).toBe('quota');
    expect((await told({ kind: 'diagnostic', severity: 'warning', message: 'slow' })).message).toBe('slow');
    expect((await told({ kind: 'diagnostic', severity: 'info', message: 'chatter' })).message).toBeNull();
  });
});
