import { describe, expect, it } from 'vitest';
import { tellEvent } from './tell-event.js';

const nothing = { created: 0, updated: 0, deleted: 0, same: 0 };
const step = {
  name: 'apply',
  attempts: 1,
  message: null,
  resources: nothing,
  startedAt: null,
  endedAt: null,
};

describe('a person who watches an operation', () => {
  it.each([
    [{ state: 'running' }, ['▸ apply']],
    [{ state: 'running', attempts: 2 }, ['▸ apply (attempt 2)']],
    [
      {
        state: 'succeeded',
        startedAt: '2026-01-01T00:00:00.000Z',
        endedAt: '2026-01-01T00:00:01.240Z',
        resources: { created: 18, updated: 0, deleted: 1, same: 2 },
      },
      ['✓ apply  1.2 s  (18 created, 1 deleted)'],
    ],
    [{ state: 'failed', message: 'the quota\nis used up' }, ['✗ apply: the quota is used up']],
    [{ state: 'undone' }, ['· apply undone']],
    [{ state: 'pending' }, []],
  ])('reads of a step %j', (change, lines) => {
    expect(tellEvent({ type: 'operation.step', data: { ...step, ...change } })).toEqual(lines);
  });

  it('reads of each resource that changed or failed', () => {
    const change = (op: string, phase: 'started' | 'done' | 'failed', message?: string) => ({
      name: 'app',
      type: 'kubernetes:apps/v1:Deployment',
      op,
      phase,
      ...(message === undefined ? {} : { message }),
    });
    const changes = [
      change('create', 'started'),
      change('create', 'done'),
      change('update', 'done'),
      change('delete', 'done'),
      change('same', 'done'),
      change('refresh', 'done'),
      { ...change('create', 'done'), name: 'Deployment/app' },
      { ...change('create', 'done'), type: 'pulumi:pulumi:Stack' },
      change('create', 'failed', '429'),
    ];
    expect(
      tellEvent({
        type: 'operation.progress',
        data: { step: 'apply', message: null, resources: nothing, changes },
      }),
    ).toEqual([
      '    + Deployment app',
      '    ~ Deployment app',
      '    - Deployment app',
      '    + Deployment/app',
      '    ! Deployment app: 429',
    ]);
  });

  it('reads that it is being rolled back', () => {
    expect(tellEvent({ type: 'operation.state', data: { state: 'rolling_back' } })).toEqual(['rolling back']);
    expect(tellEvent({ type: 'operation.state', data: { state: 'running' } })).toEqual([]);
  });
});
