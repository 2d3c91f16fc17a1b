import type { Logger } from '../log/logger.js';
import type { Branding } from './branding.js';
import type { BrandingAnswer } from './fetch-branding.js';

/** Older than this, the branding is asked for again, while the page is answered with what is there. */
const freshMs = 2_000;
/** Older than this (an idle pod), the page waits a moment, so that a change made in between is seen at once. */
const staleMs = 10_000;
const waitWhenStaleMs = 500;
/** The first page of a new client should not show the built-in default. */
const waitForFirstMs = 1_000;
/** Before the first branding is there, each page asks, but not more often than this. */
const pauseMs = 250;

/**
 * The branding to show. It is asked for only when a page is, so that an idle pod does nothing; a bad or missing answer
 * changes nothing, the last good branding stays.
 */
export class BrandingSource {
  private shown: Branding;
  private etag: string | undefined;
  private askedAt = -Infinity;
  private confirmedAt = -Infinity;
  private inFlight: Promise<void> | undefined;
  private lastFailure: string | undefined;

  constructor(
    builtIn: Branding,
    private readonly fetch: (etag: string | undefined) => Promise<BrandingAnswer>,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.shown = builtIn;
  }

  /** The branding to show now, with no wait. */
  get current(): Branding {
    return this.shown;
  }

  /** The branding for a page; waits up to a second for a first one, and half a second for one that may be old. */
  async forPage(): Promise<Branding> {
    const refresh = this.refreshWhenDue();
    if (refresh !== undefined) await withDeadline(refresh, this.patience());
    return this.shown;
  }

  /** Begins a request unless what is here is fresh; never rejects. */
  refreshWhenDue(): Promise<void> | undefined {
    if (this.inFlight !== undefined) return this.inFlight;
    const pause = this.shown.revision === 0 ? pauseMs : freshMs;
    if (this.now() - this.askedAt < pause) return undefined;
    this.askedAt = this.now();
    this.inFlight = this.refresh().finally(() => (this.inFlight = undefined));
    return this.inFlight;
  }

  private patience(): number {
    if (this.shown.revision === 0) return waitForFirstMs;
    return this.now() - this.confirmedAt > staleMs ? waitWhenStaleMs : 0;
  }

  private async refresh(): Promise<void> {
    try {
      const answer = await this.fetch(this.etag);
      if (answer.kind === 'loaded') {
        this.shown = answer.branding;
        this.etag = answer.etag;
        this.logger.info('branding loaded', { revision: answer.branding.revision });
      }
      this.confirmedAt = this.now();
      this.lastFailure = undefined;
    } catch (error) {
      this.logFailure(error);
    }
  }

  /** Once a reason, not once a poll. */
  private logFailure(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.lastFailure) return;
    this.lastFailure = reason;
    this.logger.warn('branding could not be loaded; the last good one stays', { reason });
  }
}

async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
