import type { Route } from '@leasehold/tenant-kit';
import { answered, exactJson } from '../answers.js';
import type { DeadLetters } from './dead-letters.js';

/** For the tenant's admin. */
const access = { role: 'admin' } as const;

export function deadLetterRoutes(letters: DeadLetters): Route[] {
  return [
    {
      path: '/v1/dead-letters',
      access,
      methods: { GET: answered(async () => exactJson(await letters.list())) },
    },
    {
      path: '/v1/dead-letters:replay',
      access,
      methods: { POST: answered(async () => exactJson(await letters.replay())) },
    },
  ];
}
