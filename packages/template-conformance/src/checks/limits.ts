import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Answer, Pod } from '../ground/pod.js';

const requests = 40;

export const limits: Check = {
  name: 'rate-limit',
  promise: 'answers 429 with Retry-After above the parameter rateLimitPerSecond, health and metrics never',
  async run(subject) {
    const { parameters, health, conformance } = subject.manifest;
    if (!hasRateLimit(parameters))
      throw new CheckFailed(
        'The template has no parameter rateLimitPerSecond.',
        'Declare it in parameters.properties of template.json, and answer 429 above it.',
      );
    await using pod = await subject.start(await subject.newTenant({ rateLimitPerSecond: 1 }));
    const write = conformance?.probe?.write;
    const limited =
      (write && (await limitedAnswer(pod, write.path, write.method))) ??
      (await limitedAnswer(pod, '/', 'GET'));
    if (limited === undefined)
      throw new CheckFailed(
        `With rateLimitPerSecond 1, ${requests} requests at once were all let through.`,
        'Answer 429 with Retry-After above the limit.',
      );
    if (!/^\d+$/.test(limited.headers.get('retry-after') ?? ''))
      throw new CheckFailed('A 429 has no Retry-After.', 'Say in whole seconds when to come back.');
    for (const open of [health.live, health.ready, '/metrics'])
      if ((await pod.ask(open)).status === 429)
        throw new CheckFailed(
          `${open} is limited too.`,
          'Let the platform ask at all times: it would take the pod for dead.',
        );
  },
};

/** The first 429 of many requests at once; who is not let in before the limit (401) does not count. */
async function limitedAnswer(pod: Pod, path: string, method: string): Promise<Answer | undefined> {
  const answers = await Promise.all(Array.from({ length: requests }, () => pod.ask(path, { method })));
  return answers.find(({ status }) => status === 429);
}

function hasRateLimit({ properties }: Record<string, unknown>): boolean {
  return (
    typeof properties === 'object' && properties !== null && Object.hasOwn(properties, 'rateLimitPerSecond')
  );
}
