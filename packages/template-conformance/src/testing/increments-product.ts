import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { becomes } from '../wait-for.js';
import type { Product } from './product.js';
import { bodyOf, type Ask, type Told } from './told.js';

const increment = 'POST /increment';
/** What the interface promises, and what a busy machine needs besides. */
const foldedMs = 20_000;
const total = z.object({ value: z.int() });

/** The total is what was accepted; what got no answer may be in it. */
export class IncrementsProduct implements Product {
  readonly template = 'increments';
  readonly parameters = { rateLimitPerSecond: 100_000 };
  private readonly key = randomUUID();
  private accepted = 0;
  private unknown = 0;

  async prepare(ask: Ask): Promise<void> {
    await this.write(ask);
    await becomes(async () => (await this.total(ask)) !== undefined, foldedMs);
  }

  write(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([
      ...Array.from({ length: 6 }, () => this.add(ask)),
      ask('POST /v1/dead-letters:replay'),
    ]);
  }

  read(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([ask(`GET /increments/${this.key}`), ask('GET /v1/dead-letters')]);
  }

  async faults(ask: Ask): Promise<readonly string[]> {
    await this.add(ask);
    let seen: number | undefined;
    await becomes(async () => ((seen = await this.total(ask)) ?? 0) >= this.accepted, foldedMs);
    const most = this.accepted + this.unknown;
    if (seen !== undefined && seen >= this.accepted && seen <= most) return [];
    return [
      `The total is ${seen ?? 'missing'}, with ${this.accepted} accepted and ${this.unknown} unanswered.`,
    ];
  }

  private async add(ask: Ask): Promise<Told> {
    const told = await ask(increment, { body: { key: this.key, value: 1 } });
    if (told.told === 'acknowledged') this.accepted += 1;
    if (told.told === 'unknown') this.unknown += 1;
    return told;
  }

  private async total(ask: Ask): Promise<number | undefined> {
    const told = await ask(`GET /increments/${this.key}`);
    return told.told === 'acknowledged' ? total.parse(bodyOf(told)).value : undefined;
  }
}
