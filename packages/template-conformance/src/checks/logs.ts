import { z } from 'zod';
import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';

const entry = z.looseObject({
  time: z.union([z.iso.datetime({ offset: true }), z.number()]),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  tenant: z.string(),
});

/** Over all that the pods of the checks before have written; the lines of a process that could not be configured know no tenant. */
export const logs: Check = {
  name: 'logs',
  promise: 'writes one JSON object a line on standard output, with time, level, message and tenant',
  async run(subject) {
    await using pod = await subject.start(await subject.newTenant());
    await pod.ask('/');
    pod.signal('SIGTERM');
    await pod.exited;
    if (pod.stdout.length === 0)
      throw new CheckFailed(
        'Nothing was written to standard output.',
        'Write a line when the process listens, and when it stops.',
      );
    for (const line of pod.stdout) {
      const wrong = whatIsWrong(line);
      if (wrong !== undefined)
        throw new CheckFailed(
          `A line of standard output ${wrong}: ${line.slice(0, 160)}.`,
          'Write one JSON object a line: {"time", "level": debug|info|warn|error, "message", "tenant": TENANT_ID, ...}.',
        );
    }
  },
};

function whatIsWrong(line: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return 'is no JSON';
  }
  const parsed = entry.safeParse(content);
  if (parsed.success) return undefined;
  const issue = parsed.error.issues[0];
  return `is not as it must be (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`;
}
