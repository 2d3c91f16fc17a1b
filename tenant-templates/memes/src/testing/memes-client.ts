import type { Answer, PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { z } from 'zod';

const balance = z.strictObject({ balance: z.int() });
const page = z.strictObject({
  movements: z.array(
    z.strictObject({
      number: z.int(),
      at: z.iso.datetime(),
      kind: z.string(),
      from: z.string(),
      to: z.string(),
      tokens: z.int(),
      balance: z.int(),
    }),
  ),
  next: z.string().nullable(),
});
const report = z.object({
  accounts: z.int(),
  movements: z.int(),
  sums: z.object({ issued: z.int(), revenue: z.int(), balances: z.int(), held: z.int() }),
  house: z.object({ issued: z.int(), revenue: z.int() }).optional(),
  faults: z.array(z.string()),
});

/** A user of a tenant's memes, with a token. */
export class MemesClient {
  private constructor(private readonly token: string) {}

  static async of(
    platform: PlatformUnderTest,
    slug: string,
    subject: string,
    roles: readonly string[] = ['user'],
  ): Promise<MemesClient> {
    return new MemesClient(await platform.token(slug, subject, roles));
  }

  get(pod: Pod, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return pod.get(path, { headers: { ...this.authorization, ...headers } });
  }

  post(pod: Pod, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return pod.get(path, {
      method: 'POST',
      headers: { ...this.authorization, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async balance(pod: Pod): Promise<number> {
    return balance.parse(JSON.parse((await this.get(pod, '/tokens')).body)).balance;
  }

  /** All pages, the newest movement first. */
  async statement(pod: Pod, limit = 50): Promise<z.infer<typeof page>['movements']> {
    const movements: z.infer<typeof page>['movements'] = [];
    let path: string | null = `/tokens/movements?limit=${limit}`;
    while (path !== null) {
      const answer: z.infer<typeof page> = page.parse(JSON.parse((await this.get(pod, path)).body));
      movements.push(...answer.movements);
      path = answer.next;
    }
    return movements;
  }

  async check(pod: Pod): Promise<z.infer<typeof report>> {
    return report.parse(JSON.parse((await this.get(pod, '/tokens/check')).body));
  }

  private get authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}
