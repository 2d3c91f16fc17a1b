import type { OperationEvent } from '@leasehold/api-client';
import { describe, expect, test } from 'vitest';
import { logLines } from './operation-logs.js';

const at = '2026-05-04T09:30:00.000Z';
const resources = { created: 1, updated: 0, deleted: 0, same: 0 };
const told: [OperationEvent, string[]][] = [
  [
    {
      at,
      type: 'operation.step',
      data: {
        name: 'apply',
        state: 'running',
        attempts: 2,
        message: null,
        resources,
        startedAt: at,
        endedAt: null,
      },
    },
    [`${at} operation.step step=apply state=running attempts=2`],
  ],
  [
    {
      at,
      type: 'operation.progress',
      data: {
        step: 'apply',
        message: 'one of nine',
        resources,
        changes: [
          { name: 'app', type: 'kubernetes:apps/v1:Deployment', op: 'create', phase: 'done' },
          {
            name: 'dns',
            type: 'gcp:dns:RecordSet',
            op: 'create',
            phase: 'failed',
            message: 'no "quota" left',
          },
        ],
      },
    },
    [
      `${at} operation.progress step=apply op=create phase=done type=kubernetes:apps/v1:Deployment name=app`,
      `${at} operation.progress step=apply op=create phase=failed type=gcp:dns:RecordSet name=dns message="no \\"quota\\" left"`,
    ],
  ],
  [
    { at, type: 'operation.progress', data: { step: 'verify', message: 'waits', resources, changes: [] } },
    [`${at} operation.progress step=verify message=waits`],
  ],
  [
    {
      at,
      type: 'operation.state',
      data: {
        state: 'failed',
        endedAt: at,
        error: { code: 'edge', message: 'a\nb', resource: 'acme.localhost' },
      },
    },
    [`${at} operation.state state=failed code=edge resource=acme.localhost message="a\\nb"`],
  ],
];

describe('the log of an operation', () => {
  test.each(told)('has each event in lines of their own', (event, lines) => {
    expect(logLines(event)).toEqual(lines);
  });
});
