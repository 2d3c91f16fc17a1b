import { z } from 'zod';
import { becomes } from '../wait-for.js';
import type { Product } from './product.js';
import { bodyOf, type Ask, type Told } from './told.js';

const publish = 'POST /v1/commands';
const executedMs = 10_000;
const state = z.object({ state: z.string(), result: z.unknown().optional() });

/** A command that was taken is executed, and its result is right. */
export class CalcProduct implements Product {
  readonly template = 'calc';
  readonly parameters = {};
  private n = 0;
  private readonly taken = new Map<string, number>();

  async prepare(ask: Ask): Promise<void> {
    await this.write(ask);
  }

  write(ask: Ask): Promise<readonly Told[]> {
    return Promise.all([this.publish(ask), this.publish(ask), this.publish(ask)]);
  }

  async read(ask: Ask): Promise<readonly Told[]> {
    const [id = ''] = this.taken.keys();
    return [await ask(`GET /v1/commands/${id}`)];
  }

  async faults(ask: Ask): Promise<readonly string[]> {
    const judged = await Promise.all([...this.taken].map(([id, n]) => this.fault(ask, id, n)));
    return judged.filter((fault) => fault !== undefined);
  }

  private async publish(ask: Ask): Promise<Told> {
    const n = (this.n += 1);
    const body = { command: 'add', parameters: { a: String(n), b: '1' } };
    const told = await ask(publish, { body, acknowledgedBy: 202 });
    if (told.told === 'acknowledged') this.taken.set(z.object({ id: z.string() }).parse(bodyOf(told)).id, n);
    return told;
  }

  private async fault(ask: Ask, id: string, n: number): Promise<string | undefined> {
    const result = { sum: String(n + 1) };
    let last: unknown;
    const done = async (): Promise<boolean> => {
      const told = await ask(`GET /v1/commands/${id}`);
      last = told.answer?.body;
      return told.told === 'acknowledged' && matches(state.parse(bodyOf(told)), result);
    };
    return (await becomes(done, executedMs))
      ? undefined
      : `The command ${id} was taken, and its state is ${String(last)}.`;
  }
}

function matches({ state: name, result }: z.output<typeof state>, expected: object): boolean {
  return name === 'done' && JSON.stringify(result) === JSON.stringify(expected);
}
