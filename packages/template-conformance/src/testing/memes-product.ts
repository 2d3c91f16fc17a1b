import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { becomes } from '../wait-for.js';
import type { Product } from './product.js';
import { bodyOf, type Ask, type Told } from './told.js';

const opening = 1000;
const bought = 5;
/** The subject of the token: both the user and the tenant's admin. */
const user = 'conformance-user';
const settledMs = 20_000;
const balance = z.object({ balance: z.int() });
const report = z.object({ faults: z.array(z.string()) });

/** A request with its own Idempotency-Key, until it is acknowledged. */
interface Keyed {
  readonly kind: 'meme' | 'purchase';
  readonly key: string;
}

/** Each request is charged once, however often it is sent under its key; without a key only if it succeeded. */
export class MemesProduct implements Product {
  readonly template = 'memes';
  readonly parameters = { openingTokens: opening, textPrice: 1 };
  private readonly open: Keyed[] = [];
  private balance = opening;

  async prepare(ask: Ask): Promise<void> {
    await this.write(ask);
  }

  write(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([
      this.first(ask, 'meme'),
      this.first(ask, 'meme'),
      this.withoutKey(ask),
      this.withoutKey(ask),
      this.first(ask, 'purchase'),
    ]);
  }

  /** The balance opens the account, the statement is of the journal: all of them need the rows. */
  read(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([ask('GET /tokens'), ask('GET /tokens/movements'), ask('GET /tokens/check')]);
  }

  async faults(ask: Ask): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const keyed of this.open.splice(0)) {
      const told = await this.send(ask, keyed);
      if (told.told !== 'acknowledged')
        faults.push(`${told.route} is answered ${told.answer?.status} when it is sent again.`);
    }
    let seen: number | undefined;
    // A charge that nobody was told of is given back when it is known.
    await becomes(async () => (seen = await this.balanceNow(ask)) === this.balance, settledMs);
    if (seen !== this.balance) faults.push(`The balance is ${seen ?? 'missing'}, and not ${this.balance}.`);
    const checked = report.parse(bodyOf(await ask('GET /tokens/check')));
    return [...faults, ...checked.faults];
  }

  /** It is charged sooner or later: when it is sent again at the latest. */
  private async first(ask: Ask, kind: Keyed['kind']): Promise<Told> {
    const keyed = { kind, key: randomUUID() };
    this.balance += kind === 'meme' ? -1 : bought;
    const told = await this.send(ask, keyed);
    // Also when it was acknowledged: an answer can be lost on its last way.
    this.open.push(keyed);
    return told;
  }

  private async withoutKey(ask: Ask): Promise<Told> {
    const told = await ask('GET /memes?query=rain');
    if (told.told === 'acknowledged') this.balance -= 1;
    return told;
  }

  private send(ask: Ask, { kind, key }: Keyed): Promise<Told> {
    const headers = { 'idempotency-key': key };
    if (kind === 'meme') return ask('GET /memes?query=sun', { headers });
    return ask('POST /tokens/purchases', { headers, body: { user, tokens: bought }, acknowledgedBy: 201 });
  }

  private async balanceNow(ask: Ask): Promise<number | undefined> {
    const told = await ask('GET /tokens');
    return told.told === 'acknowledged' ? balance.parse(bodyOf(told)).balance : undefined;
  }
}
