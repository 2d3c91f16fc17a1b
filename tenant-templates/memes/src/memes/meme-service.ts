import { randomUUID } from 'node:crypto';
import type { Logger } from '@leasehold/tenant-kit';
import type { Meme, MemeGenerator, MemeType, Topic } from '../generators/generator.js';
import type { Geocoder, Place } from '../geocoding/geocoder.js';
import type { Command, Outcome, RequestKey } from '../ledger/command.js';
import type { Ledger } from '../ledger/ledger.js';
import type { DailyQuota } from '../quota/daily-quota.js';
import type { Compensations } from './compensations.js';
import type { MemeRequest } from './meme-request.js';

/** How a type of meme is made and what it costs. */
export interface Offer {
  readonly type: MemeType;
  readonly generator: MemeGenerator;
  /** In tokens. */
  readonly price: number;
  /** What is made, at its own price, when this one's generator fails; undefined: the call fails. */
  readonly fallback?: Offer;
}

export interface MemeServiceOptions {
  readonly ledger: Pick<Ledger, 'execute'>;
  readonly compensations: Pick<Compensations, 'add'>;
  readonly geocoder: Geocoder;
  readonly quota: DailyQuota | undefined;
  /** How long tokens are held for a call whose pod has gone, in milliseconds. */
  readonly holdMs: number;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface MemeCall {
  readonly account: string;
  readonly request: MemeRequest;
  readonly key: RequestKey | undefined;
}

/** What became of a call: a body, or why there is none. */
export type MemeResult =
  | { readonly result: 'made'; readonly body: string }
  | { readonly result: 'quota'; readonly retryAfterSeconds: number }
  | Exclude<Outcome, { result: 'done' } | { result: 'replayed' }>;

/** Makes memes and charges for those that succeed. */
export class MemeService {
  constructor(private readonly options: MemeServiceOptions) {}

  /**
   * @throws GeneratorError when there is no meme, and nothing was charged; the ledger's errors.
   */
  async make(call: MemeCall, offer: Offer): Promise<MemeResult> {
    const { quota } = this.options;
    const taken = await quota?.take();
    if (quota && !taken) return { result: 'quota', retryAfterSeconds: quota.secondsToWait };
    let made = false;
    try {
      const outcome = await (offer.generator.remote
        ? this.makeHeld(call, offer)
        : this.makeFirst(call, offer));
      made = outcome.fresh;
      return outcome.result;
    } finally {
      if (!made) taken?.giveBack();
    }
  }

  /** What costs nothing is made first: the charge then finds the answer there, and one write does it all. */
  private async makeFirst(call: MemeCall, offer: Offer): Promise<{ result: MemeResult; fresh: boolean }> {
    const answer = await this.answer(call, offer);
    const outcome = await this.options.ledger.execute({ type: 'charge', ...this.paid(call, offer, answer) });
    return judged(outcome, answer);
  }

  /** What costs something is made for tokens that are set aside: nobody else can spend them meanwhile. */
  private async makeHeld(call: MemeCall, offer: Offer): Promise<{ result: MemeResult; fresh: boolean }> {
    const { ledger, compensations, now, holdMs } = this.options;
    const { account, key: request } = call;
    const hold = randomUUID();
    const release: Command = { type: 'release', account, hold };
    const tokens = Math.max(offer.price, offer.fallback?.price ?? 0);
    const held = await ledger.execute({
      type: 'hold',
      account,
      tokens,
      hold,
      expiresAt: now() + holdMs,
      request,
    });
    if (held.result !== 'done') return judged(held, '');
    try {
      const { made, answer } = await this.madeOf(call, offer);
      const outcome = await ledger.execute({ type: 'capture', hold, ...this.paid(call, made, answer) });
      return judged(outcome, answer);
    } catch (error) {
      compensations.add(release);
      throw error;
    }
  }

  private async madeOf(call: MemeCall, offer: Offer): Promise<{ made: Offer; answer: string }> {
    try {
      return { made: offer, answer: await this.answer(call, offer) };
    } catch (error) {
      if (offer.fallback === undefined) throw error;
      this.options.logger.warn('a generator has failed; the fallback is used', { type: offer.type, error });
      return { made: offer.fallback, answer: await this.answer(call, offer.fallback) };
    }
  }

  private async answer({ request }: MemeCall, { type, generator, price }: Offer): Promise<string> {
    const place = await this.placeOf(request);
    const topic: Topic = { query: request.query, place };
    return answerOf(await generator.generate(topic), { type, price, place });
  }

  /** A geocoder that is away costs the caller the name of the place, not the meme. */
  private async placeOf({ point }: MemeRequest): Promise<Place | undefined> {
    if (point === undefined) return undefined;
    try {
      return await this.options.geocoder.placeOf(point);
    } catch (error) {
      this.options.logger.warn('the geocoder has failed; the meme is made without the place', { error });
      return undefined;
    }
  }

  private paid({ account, key: request }: MemeCall, { price: tokens }: Offer, answer: string) {
    return { account, tokens, answer, request };
  }
}

function answerOf(
  { text, generator }: Meme,
  { type, price, place }: { type: MemeType; price: number; place: Place | undefined },
): string {
  return JSON.stringify({ meme: text, type, generator, place: place ?? null, tokens: price });
}

function judged(outcome: Outcome, answer: string): { result: MemeResult; fresh: boolean } {
  switch (outcome.result) {
    case 'done':
      return { result: { result: 'made', body: answer }, fresh: true };
    case 'replayed':
      return { result: { result: 'made', body: outcome.answer }, fresh: false };
    case 'insufficient':
    case 'key-reused':
    case 'in-progress':
    case 'too-much':
      return { result: outcome, fresh: false };
  }
}
