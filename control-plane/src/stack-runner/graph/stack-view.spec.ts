import { expect, test } from 'vitest';
import { thing, urnOf } from '../../pulumi-service/testing/journal-entries.js';
import { resourceGraph } from './resource-graph.js';
import { stackOutputs } from './stack-outputs.js';

const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'x' };

test('the graph has what the stack holds, what is being made, and what hangs on what, without any property', () => {
  const graph = resourceGraph({
    manifest: {},
    resources: [
      { ...thing('provider'), type: 'pulumi:providers:fixture' },
      thing('a', { outputs: { password: 'hidden' } }),
      thing('b', { parent: urnOf('a'), dependencies: [urnOf('a'), urnOf('provider')] }),
      thing('old', { delete: true }),
    ],
    pending_operations: [
      { type: 'creating', resource: thing('half') },
      { type: 'updating', resource: thing('b') },
    ],
  });
  expect(graph.nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'a present',
    'b updating',
    'old pending_delete',
    'half creating',
  ]);
  expect(graph.edges).toEqual([{ from: urnOf('b'), to: urnOf('a') }]);
  expect(JSON.stringify(graph)).not.toContain('hidden');
});

test('outputs come without their secrets, however deep', () => {
  const outputs = {
    url: 'http://acme.localhost',
    token: secret,
    list: [1, secret],
    deep: { token: secret, port: 80 },
  };
  const root = { urn: urnOf('stack'), type: 'pulumi:pulumi:Stack', outputs };
  expect(stackOutputs({ manifest: {}, resources: [thing('a'), root] })).toEqual({
    url: 'http://acme.localhost',
    list: [1],
    deep: { port: 80 },
  });
  expect(stackOutputs({ manifest: {} })).toEqual({});
});
