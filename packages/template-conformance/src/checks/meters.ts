import type { Check } from '../check.js';
import { CheckFailed } from '../verdict.js';
import type { Pod } from '../ground/pod.js';
import { sampleLine, sumOf } from './prometheus-text.js';

const requests = 7;
const wanted = [
  'http_requests_total',
  'http_request_duration_seconds_count',
  'http_request_duration_seconds_bucket',
];

export const meters: Check = {
  name: 'metrics',
  promise: 'counts its requests at /metrics in the text format of Prometheus: rate, errors, duration',
  async run(subject) {
    await using pod = await subject.start(await subject.newTenant());
    const before = await scrape(pod);
    for (let i = 0; i < requests; i++) await pod.ask('/');
    const after = await scrape(pod);
    for (const name of wanted)
      if (sumOf(after, name) === undefined)
        throw new CheckFailed(
          `/metrics has no ${name}.`,
          'Expose the RED metrics under the names of docs/templates.md.',
        );
    const counted = (sumOf(after, 'http_requests_total') ?? 0) - (sumOf(before, 'http_requests_total') ?? 0);
    if (counted < requests)
      throw new CheckFailed(
        `${requests} requests were answered, and http_requests_total has grown by ${counted}.`,
        'Count each request when its answer is sent.',
      );
    if (!/^http_requests_total\{[^}]*status="200"/m.test(after))
      throw new CheckFailed(
        'http_requests_total does not tell the status.',
        'Add the labels route, method and status.',
      );
  },
};

async function scrape(pod: Pod): Promise<string> {
  const answer = await pod.tryAsk('/metrics');
  const type = answer?.headers.get('content-type') ?? 'no type';
  if (answer?.status !== 200 || !/^text\/plain|^application\/openmetrics-text/.test(type))
    throw new CheckFailed(
      `/metrics is answered ${answer?.status ?? 'nothing'} (${type}).`,
      'Answer with 200 and text/plain; version=0.0.4.',
    );
  const wrong = answer.body
    .split('\n')
    .find((line) => line !== '' && !line.startsWith('#') && !sampleLine.test(line));
  if (wrong === undefined) return answer.body;
  throw new CheckFailed(
    `/metrics has a line that Prometheus cannot read: ${wrong.slice(0, 120)}.`,
    'Write name{label="value"} number, as its text format says.',
  );
}
