import { expect, test } from 'vitest';
import { StepProgress, type ProgressReport } from './step-progress.js';

test('a step that says a thousand things is written a few times, and its last word is never lost', async () => {
  const written: ProgressReport[] = [];
  const progress = new StepProgress((report) => Promise.resolve(void written.push(report)), 20);
  for (let i = 1; i <= 1000; i++) {
    progress.say(`resource ${i}`);
    progress.change({ name: `r${i}`, type: 't', op: 'create', phase: 'done' });
    if (i % 250 === 0) await new Promise((resolve) => setTimeout(resolve, 25));
  }
  progress.say('the end');
  progress.change({ name: 'last', type: 't', op: 'create', phase: 'done' });
  const rest = await progress.close();
  expect(written.length).toBeLessThan(20);
  expect(rest.message).toBe('the end');
  const told = [...written.flatMap(({ changes }) => changes), ...rest.changes].map(({ name }) => name);
  expect(told).toEqual([...Array.from({ length: 1000 }, (_, i) => `r${i + 1}`), 'last']);
  progress.say('too late');
  expect((await progress.close()).changes).toEqual(rest.changes);
});
