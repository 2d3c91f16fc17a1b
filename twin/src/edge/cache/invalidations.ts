import type { Pool } from 'pg';
import { z } from 'zod';
import { listen, type Listening } from '../../inventory/listen.js';
import type { CachedAnswers } from './cached-answers.js';

const invalidation = z.object({
  cell: z.string(),
  host: z.string(),
  path: z.string(),
});

/** Tells every edge of a cell to forget what it keeps of a hostname below a path. It need not be there to be forgotten. */
export async function invalidateCache(pool: Pool, told: z.infer<typeof invalidation>): Promise<void> {
  await pool.query(`select pg_notify('twin_cache', $1)`, [JSON.stringify(told)]);
}

/** Lets a cache forget what it is told to, and everything when something may have been missed. */
export function watchInvalidations(
  pool: Pool,
  cell: string,
  cache: Pick<CachedAnswers, 'invalidate' | 'clear'>,
): Listening {
  return listen(pool, {
    name: 'twin_cache',
    told: (payload) => {
      const told = invalidation.safeParse(parseJson(payload));
      if (!told.success) cache.clear();
      else if (told.data.cell === cell) cache.invalidate(told.data.host, told.data.path);
    },
    resync: () => cache.clear(),
  });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
