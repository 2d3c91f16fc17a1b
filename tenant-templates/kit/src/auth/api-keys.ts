import { createHash } from 'node:crypto';
import { InvalidTokenError, VerifierUnavailableError } from './auth-errors.js';
import type { Caller } from './caller.js';
import type { Published } from './fetch-trust.js';
import type { Refreshed } from './refreshed.js';
import type { AccessDocument } from './trust.js';

type Entry = AccessDocument['apiKeys'][number];

/** API keys of the tenant's callers, by their hashes: a key is judged without a question to anybody. */
export class ApiKeys {
  private byHash = new Map<string, Entry>();
  private generation = -1;

  /** @param now wall clock, milliseconds since 1970 */
  constructor(
    private readonly source: Refreshed<Published>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The caller that a key proves.
   * @throws InvalidTokenError, VerifierUnavailableError
   */
  async verify(key: string): Promise<Caller> {
    const hash = createHash('sha256').update(key).digest('hex');
    const known = this.entry(await this.source.value(), hash);
    const found = known ?? this.entry(await this.source.afterMiss(), hash);
    if (found === undefined && this.generation === -1)
      throw new VerifierUnavailableError('The API keys of this tenant cannot be had.');
    if (found === undefined) throw new InvalidTokenError('The API key is not known.');
    if (found.expiresAt !== undefined && Date.parse(found.expiresAt) <= this.now())
      throw new InvalidTokenError('The API key has expired.');
    return { subject: `api-key:${found.id}`, roles: found.roles, kind: 'api-key' };
  }

  private entry(answer: Published | undefined, hash: string): Entry | undefined {
    if (answer === undefined) return undefined;
    if (this.generation !== this.source.generation) {
      this.byHash = new Map((answer.published?.apiKeys ?? []).map((key) => [key.hash, key]));
      this.generation = this.source.generation;
    }
    return this.byHash.get(hash);
  }
}
