import { CheckFailed, type Check } from '../check.js';

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
    const probe = conformance?.probe?.write;
    const path = probe === undefined || probe.path.includes('{') ? '/' : probe.path;
    const init = probe === undefined || path === '/' ? {} : { method: probe.method };
    const answers = await Promise.all(Array.from({ length: requests }, () => pod.ask(path, init)));
    const limited = answers.find(({ status }) => status === 429);
    if (limited === undefined)
      throw new CheckFailed(
        `With rateLimitPerSecond 1, ${requests} requests at once to ${path} were all let through.`,
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

function hasRateLimit({ properties }: Record<string, unknown>): boolean {
  return (
    typeof properties === 'object' && properties !== null && Object.hasOwn(properties, 'rateLimitPerSecond')
  );
}
