import { expect, test } from 'vitest';
import { Scenario } from './testing/scenario.js';

test('a first run creates what the program asks for, a second one finds everything as it should be', async () => {
  await using scenario = await Scenario.start();
  const things = Array.from({ length: 16 }, (_, i) => ({ name: `thing-${i}`, value: 'one' }));

  const first = await scenario.run({ things });
  expect(first).toMatchObject({ outcome: 'succeeded', errors: [], resources: { created: 17, same: 0 } });
  expect(first.outputs).toEqual({ names: things.map(({ name }) => name) });
  expect(await scenario.objects()).toHaveLength(16);

  const second = await scenario.run({ things });
  expect(second).toMatchObject({ outcome: 'succeeded', resources: { created: 0, updated: 0, same: 17 } });
});
