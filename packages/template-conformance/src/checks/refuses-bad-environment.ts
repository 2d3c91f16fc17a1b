import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Subject } from '../subject.js';
import { becomes } from '../wait-for.js';

const endMs = 10_000;
/** Each a value that no pod can work with. */
const wrong = { PORT: 'eighty', ROW_KEY_PREFIX: '', PARAMETERS: '{' };

export const refusesBadEnvironment: Check = {
  name: 'configuration',
  promise:
    'refuses an environment that does not fit: a sentence that names the variable, and a non-zero exit code',
  async run(subject) {
    for (const [name, value] of Object.entries(wrong)) {
      // Whoever keeps no data does not need to look at the prefix.
      if (name === 'ROW_KEY_PREFIX' && subject.manifest.dataClasses.length === 0) continue;
      await refuses(subject, name, value);
    }
  },
};

async function refuses(subject: Subject, name: string, value: string): Promise<void> {
  await using pod = await subject.spawn(await subject.newTenant(), { [name]: value });
  const given = `${name}=${JSON.stringify(value)}`;
  if (!(await becomes(() => Promise.resolve(pod.exit !== undefined), subject.within(endMs))))
    throw new CheckFailed(
      `With ${given} the process went on.`,
      'Check the environment at the start, and exit with a non-zero code when it does not fit.',
    );
  if (pod.exit?.code === 0)
    throw new CheckFailed(`With ${given} the process exited with 0.`, 'Exit with a non-zero code.');
  if (![...pod.stdout, ...pod.stderr].some((line) => line.includes(name)))
    throw new CheckFailed(
      `With ${given} the process ended without naming the variable. ${pod.lastWords}`,
      `Write a sentence that names ${name} and what it must be.`,
    );
}
