import { readAll } from '../http/get.js';
import { getObject, type BrandingPlace } from '../branding/branding-store.js';
import type { Logger } from '../log/logger.js';
import { noQuota, parseQuota, type Quota } from './quota.js';

/** Older than this, it is asked for again, behind the answer of the request that notices it. */
const freshMs = 30_000;
const maxBytes = 16 * 1024;

/** Whether the tenant's plan is used up. It is asked for only while requests come; without an answer the last one stays. */
export class QuotaSource {
  private quota: Quota = noQuota;
  private askedAt = -Infinity;
  private failed = false;

  constructor(
    private readonly fetch: () => Promise<Quota>,
    private readonly logger: Logger,
  ) {}

  /** What is known now. @param now milliseconds of a clock that does not jump */
  at(now: number): Quota {
    if (now - this.askedAt >= freshMs) {
      this.askedAt = now;
      void this.refresh();
    }
    return this.quota;
  }

  private async refresh(): Promise<void> {
    try {
      this.quota = await this.fetch();
      this.failed = false;
    } catch (error) {
      if (!this.failed)
        this.logger.warn('the state of the plan could not be read; the last one stays', { error });
      this.failed = true;
    }
  }
}

/** @throws Error when the store cannot be reached, refuses, or holds something else. */
export async function fetchQuota(place: BrandingPlace): Promise<Quota> {
  const response = await getObject(place, 'quota.json', { accept: 'application/json' });
  if (response.statusCode === 200) return parseQuota((await readAll(response, maxBytes)).toString('utf8'));
  response.resume();
  if (response.statusCode === 404) return noQuota;
  throw new Error(`The object store answered ${response.statusCode ?? 0} to the request for quota.json.`);
}
