import { setTimeout as delay } from 'node:timers/promises';
import { unavailable, type Reply } from '../http/reply.js';
import type { Logger } from '../log/logger.js';
import type { Branding, DraftPreview } from './branding.js';

/** 256 random bits: what a link to a draft carries. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;
/** A link may be followed before its draft has come to the store. */
const tries = 4;
const pauseMs = 400;
/** At the same time: guessing costs the store no more than this. */
const mostLookups = 4;

const headers = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' };

/** Shows a draft to whoever holds the link to it, until the link ends. */
export class PreviewPage {
  private lookups = 0;

  constructor(
    private readonly fetch: (token: string) => Promise<DraftPreview | undefined>,
    private readonly render: (branding: Branding) => Reply,
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  async answer(token: string): Promise<Reply> {
    if (!tokenForm.test(token)) return ended();
    if (this.lookups >= mostLookups) return unavailable('Too many previews are asked for; try again.');
    this.lookups += 1;
    try {
      const preview = await this.find(token);
      if (!preview || preview.expiresAt.getTime() <= this.now()) return ended();
      const page = this.render(preview.branding);
      return { ...page, headers: { ...page.headers, ...headers } };
    } catch (error) {
      this.logger.warn('a draft could not be loaded', { error });
      return unavailable('The draft cannot be shown at the moment.');
    } finally {
      this.lookups -= 1;
    }
  }

  private async find(token: string): Promise<DraftPreview | undefined> {
    for (let left = tries; left > 1; left -= 1) {
      const found = await this.fetch(token);
      if (found) return found;
      await delay(pauseMs);
    }
    return this.fetch(token);
  }
}

function ended(): Reply {
  return {
    status: 404,
    headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    body: 'This preview has ended. Ask for a new link.\n',
  };
}
