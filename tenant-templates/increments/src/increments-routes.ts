import type { Reply, Route } from '@leasehold/tenant-kit';
import type { Acceptor } from './accept/acceptor.js';
import { parseIncrement, parseKey } from './accept/parse-increment.js';
import { answered, answerOf, exactJson, refusal } from './answers.js';
import type { Totals } from './totals.js';

/** Nothing but the status: 200 says that the increment is durable. */
const accepted: Reply = { status: 200 };

export function incrementsRoutes(acceptor: Acceptor, totals: Totals): Route[] {
  return [
    {
      path: '/increment',
      rateLimitBy: 'address',
      methods: {
        POST: async (request) => {
          const increment = parseIncrement((await request.body()).toString());
          if (typeof increment === 'string') return refusal(400, increment);
          return acceptor.add(increment).then(() => accepted, answerOf);
        },
      },
    },
    {
      path: '/increments/:key',
      rateLimitBy: 'address',
      methods: {
        GET: answered(async ({ params }) => {
          const key = parseKey(params['key']);
          if (key === undefined) return refusal(400, "missing or invalid 'key'");
          const total = await totals.read(key);
          if (total === undefined) return refusal(404, 'unknown key');
          return exactJson({ key, value: total.value, asOf: new Date(total.asOf).toISOString() });
        }),
      },
    },
  ];
}
