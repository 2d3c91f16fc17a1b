import { text, unavailable, type Reply, type Route } from '@leasehold/tenant-kit';
import { NumbersUnavailableError, type NumberSource } from './number-source.js';

/** Never from a cache: each answer is another number. */
const noStore = { 'cache-control': 'no-store' };

/** `GET /getCounter`: the next number and nothing else. HEAD takes none. */
export function counterRoutes(numbers: NumberSource): Route[] {
  return [
    {
      path: '/getCounter',
      methods: {
        GET: () => {
          const number = numbers.next();
          return typeof number === 'number' ? answer(number) : number.then(answer, refuse);
        },
        HEAD: () => text('', noStore),
      },
    },
  ];
}

function answer(number: number): Reply {
  return text(String(number), noStore);
}

function refuse(error: unknown): Reply {
  if (error instanceof NumbersUnavailableError) return unavailable(error.message);
  throw error;
}
