import type { Logger } from '../log/logger.js';
import type { Branding } from './branding.js';
import type { BrandingAnswer } from './fetch-branding.js';

/** Older than this, the branding is asked for again. */
const freshMs = 1_000;
/** A page waits this long for the answer, which is one of a few bytes when nothing has changed: a change is seen at once. */
const waitMs = 250;
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

  /** The branding for a page; waits up to a second for a first one, and a quarter for one that may be old. */
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
    // A store that is away must not slow the pages down.
    return this.lastFailure === undefined ? waitMs : 0;
  }

  private async refresh(): Promise<void> {
    try {
      const answer = await this.fetch(this.etag);
      if (answer.kind === 'loaded') {
        this.shown = answer.branding;
        this.etag = answer.etag;
        this.logger.info('branding loaded', { revision: answer.branding.revision });
      }
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
