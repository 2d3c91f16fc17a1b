import { z } from 'zod';
import type { Product } from './product.js';
import { bodyOf, type Ask, type Told } from './told.js';

const key = z.object({ apiKey: z.string() });
const value = z.object({ value: z.int() });

interface Registration {
  readonly email: string;
  readonly told: Told['told'];
}

/** No number of a user comes twice, none is left out but by a request without an answer; what is set is set; an address registers once. */
export class IntegersProduct implements Product {
  readonly template = 'integers';
  readonly parameters = {};
  private emails = 0;
  private counting: Readonly<Record<string, string>> = {};
  private setting: Readonly<Record<string, string>> = {};
  private readonly numbers: number[] = [];
  private unknown = 0;
  private wanted = 0;
  /** What the settable value may be now. */
  private possible = new Set([0]);
  private registrations: Registration[] = [];

  async prepare(ask: Ask): Promise<void> {
    this.counting = { authorization: `Bearer ${key.parse(bodyOf(await this.register(ask))).apiKey}` };
    this.setting = { authorization: `Bearer ${key.parse(bodyOf(await this.register(ask))).apiKey}` };
    this.registrations = [];
  }

  write(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([this.next(ask), this.next(ask), this.next(ask), this.set(ask), this.register(ask)]);
  }

  read(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([ask('GET /v1/current', { headers: this.counting })]);
  }

  async faults(ask: Ask): Promise<readonly string[]> {
    await this.next(ask);
    const faults = [...this.sequenceFaults(), ...(await this.settingFaults(ask))];
    for (const registration of this.registrations.splice(0))
      faults.push(...(await this.registrationFaults(ask, registration)));
    return faults;
  }

  private sequenceFaults(): string[] {
    const { numbers, unknown } = this;
    const given = numbers.length;
    if (new Set(numbers).size < given) return [`Of ${numbers.join(', ')} some came twice.`];
    const left = Math.max(...numbers) - given;
    return left <= unknown ? [] : [`${left} numbers were left out, with ${unknown} requests unanswered.`];
  }

  private async settingFaults(ask: Ask): Promise<string[]> {
    const current = value.parse(bodyOf(await ask('GET /v1/current', { headers: this.setting }))).value;
    const { possible } = this;
    this.possible = new Set([current]);
    return possible.has(current) ? [] : [`The value is ${current}, and not ${[...possible].join(' or ')}.`];
  }

  private async registrationFaults(ask: Ask, { email, told }: Registration): Promise<string[]> {
    const again = await this.send(ask, email);
    const { status } = again.answer ?? {};
    if (told === 'acknowledged')
      return status === 409 ? [] : [`${email} was registered, and is again: ${status}.`];
    if (told === 'refused')
      return status === 201 ? [] : [`${email} was refused, and is then answered ${status}.`];
    return status === 201 || status === 409 ? [] : [`${email} is answered ${status}.`];
  }

  private async next(ask: Ask): Promise<Told> {
    const told = await ask('GET /v1/next', { headers: this.counting });
    if (told.told === 'acknowledged') this.numbers.push(value.parse(bodyOf(told)).value);
    if (told.told === 'unknown') this.unknown += 1;
    return told;
  }

  private async set(ask: Ask): Promise<Told> {
    const wanted = (this.wanted += 100);
    const told = await ask('PUT /v1/current', { headers: this.setting, body: { current: wanted } });
    if (told.told === 'acknowledged') this.possible = new Set([wanted]);
    if (told.told === 'unknown') this.possible.add(wanted);
    return told;
  }

  private async register(ask: Ask): Promise<Told> {
    const email = `user-${(this.emails += 1)}@example.com`;
    const told = await this.send(ask, email);
    this.registrations.push({ email, told: told.told });
    return told;
  }

  private send(ask: Ask, email: string): Promise<Told> {
    const body = { email, password: 'correct horse' };
    return ask('POST /v1/register', { body, acknowledgedBy: 201 });
  }
}
