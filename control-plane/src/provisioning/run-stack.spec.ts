import { describe, expect, test } from 'vitest';
import { StepProgress, type ProgressReport } from '../operations/step-progress.js';
import type { RunEvent } from '../stack-runner/stack-run.js';
import { reportRun } from './report-run.js';
import { isPassing } from './run-stack.js';

describe('a failed run is tried again', () => {
  test.each([
    "1 error occurred:\n\t* Error creating RecordSet: googleapi: Error 429: Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'dns.googleapis.com' for consumer 'project_number:1'., rateLimitExceeded",
    'Error creating Bucket: googleapi: Error 503: The service is currently unavailable., backendError',
    'googleapi: Error 409: The metadata for the object was edited during the operation. Please try again., conflict',
    'the server has received too many requests and has asked us to try again later (patch deployments.apps app)',
    'an error on the server ("") has prevented the request from succeeding (patch services app)',
    'Operation cannot be fulfilled on deployments.apps "app": the object has been modified; please apply your changes to the latest version and try again',
    'rpc error: code = Unavailable desc = keepalive ping failed',
    'One or more errors occurred: 14 UNAVAILABLE: No connection established. Last error: null. Resolution note: ',
    'Post "https://dns.googleapis.com/": context deadline exceeded',
    'read tcp 10.0.0.2:41644->10.0.0.1:443: read: connection reset by peer',
  ])('when the cloud says "%s"', (message) => {
    expect(isPassing({ retryable: false, errors: [{ message }] })).toBe(true);
  });

  test.each([
    'a Service with this name belongs to another stack',
    'pods "app" is forbidden: exceeded quota: tenant, requested: pods=1, used: pods=5, limited: pods=5',
    'Deployment "app" in namespace "t-acme": spec.replicas 503 must be between 0 and 500',
    'googleapi: Error 403: The billing account for the owning project is disabled, accountDisabled',
    "googleapi: Error 409: The resource 'entity.change.additions[0]' named 'a.example.' already exists, alreadyExists",
    'spec.replicas is required',
  ])('not when it says "%s"', (message) => {
    expect(isPassing({ retryable: false, errors: [{ message }] })).toBe(false);
    expect(
      isPassing({ retryable: false, errors: [{ message: 'googleapi: Error 503: x' }, { message }] }),
    ).toBe(false);
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
