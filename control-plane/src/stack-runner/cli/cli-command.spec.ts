import { expect, test } from 'vitest';
import { cliArguments, cliEnvironment } from './cli-command.js';

const stack = { project: 'leasehold-tenant', name: 'ten_acme' } as const;
const input = { stack, operationId: 'op_1', languagePort: 4711, refresh: false } as const;

test.each(['up', 'preview', 'destroy', 'refresh'] as const)(
  '%s is one call that asks nobody anything',
  (command) => {
    const args = cliArguments({ ...input, command });
    expect(args[0]).toBe(command);
    expect(args).toContain('--non-interactive');
    expect(args.includes('--yes')).toBe(command !== 'preview');
    expect(args).toContain('leasehold/leasehold-tenant/ten_acme');
  },
);

test('drift is looked for where that is asked for', () => {
  expect(cliArguments({ ...input, command: 'up', refresh: true })).toContain('--refresh');
  expect(cliArguments({ ...input, command: 'up' })).not.toContain('--refresh');
  expect(cliArguments({ ...input, command: 'refresh', refresh: true })).not.toContain('--refresh');
});

test('the CLI inherits nothing, and its token is in no argument', () => {
  const env = cliEnvironment({
    home: '/home/x',
    backendUrl: 'http://127.0.0.1:1',
    token: 'lhrun_x',
    debugProviders: 'a:1',
    crowded: false,
  });
  expect(Object.keys(env).filter((name) => !/^(PATH|HOME|GOGC|PULUMI_.*)$/.test(name))).toEqual([]);
  expect(env['PULUMI_ACCESS_TOKEN']).toBe('lhrun_x');
});

test('a run among others sends its journal in larger parts', () => {
  const surroundings = {
    home: '/home/x',
    backendUrl: 'http://127.0.0.1:1',
    token: 'x',
    debugProviders: 'a:1',
  };
  const batchMs = (crowded: boolean) =>
    Number(cliEnvironment({ ...surroundings, crowded })['PULUMI_JOURNALING_BATCH_PERIOD']);
  expect(batchMs(true)).toBeGreaterThan(batchMs(false));
});
