import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workflowFaults } from './workflow-rules.js';

const repository = join(import.meta.dirname, '../../..');
const files = globSync('.github/workflows/*.yml', { cwd: repository });

describe('the workflows', () => {
  it('are there', () => expect(files.length).toBeGreaterThan(0));
  it.each(files)('%s keeps the rules', (file) =>
    expect(workflowFaults(readFileSync(join(repository, file), 'utf8'))).toEqual([]),
  );
});

const good = `on: push
permissions: {}
jobs:
  test:
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@${'0'.repeat(40)} # v1.2.3
        with:
          persist-credentials: false
      - run: npm test
`;

describe('the rules', () => {
  it('are kept by a good file', () => expect(workflowFaults(good)).toEqual([]));

  it.each([
    ['permissions: {}\n', '', 'permissions that write nothing'],
    ['permissions: {}', 'permissions: write-all', 'permissions that write nothing'],
    ['permissions: {}', 'permissions: {contents: write}', 'permissions that write nothing'],
    ['on: push', 'on: [pull_request_target]', 'strangers'],
    ['    timeout-minutes: 5\n', '', 'timeout-minutes'],
    [`@${'0'.repeat(40)} # v1.2.3`, '@v1', 'by its commit'],
    [' # v1.2.3', '', 'must say its version'],
    ['persist-credentials: false', 'fetch-depth: 1', 'persist-credentials'],
    ['npm test', 'echo \${{ github.event.issue.title }}', 'by env'],
  ])('refuse %j written as %j', (right, wrong, fault) => {
    expect(workflowFaults(good.replace(right, wrong)).join('\n')).toContain(fault);
  });
});
