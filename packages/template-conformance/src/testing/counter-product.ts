import type { Product } from './product.js';
import type { Ask, Told } from './told.js';

const route = 'GET /getCounter';
/** More than the pod may have reserved. */
const numbers = 30;

/** No number comes twice. */
export class CounterProduct implements Product {
  readonly template = 'counter';
  readonly parameters = { maxBlockSize: 10 };
  readonly reserves = true;
  private readonly seen = new Set<string>();
  private readonly repeated: string[] = [];

  async prepare(ask: Ask): Promise<void> {
    await this.take(ask);
  }

  write(ask: Ask): Promise<readonly Told[]> {
    return Promise.all(Array.from({ length: numbers }, () => this.take(ask)));
  }

  read(): Promise<readonly Told[]> {
    return Promise.resolve([]);
  }

  async faults(ask: Ask): Promise<readonly string[]> {
    await this.write(ask);
    return this.repeated.map((number) => `${number} was handed out twice.`);
  }

  private async take(ask: Ask): Promise<Told> {
    const told = await ask(route);
    const number = told.told === 'acknowledged' ? told.answer?.body : undefined;
    if (number !== undefined && this.seen.has(number)) this.repeated.push(number);
    if (number !== undefined) this.seen.add(number);
    return told;
  }
}
