import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import type { Account, AccountStore } from './account-store.js';
import { apiKeyHash, newApiKey } from './api-key.js';
import { hashPassword } from './password-hash.js';
import type { Registration } from './registration.js';
import { Turnstile } from './turnstile.js';

/** An API key is looked up again after this long. */
const keyKnownMs = 60_000;
const keysKnown = 10_000;
const tries = 6;
/** Each hash takes 19 MiB and a core for tens of milliseconds. */
const hashesAtOnce = 2;
const hashesWaiting = 200;

export interface AccountsOptions {
  store: AccountStore;
  hash?: (password: string) => Promise<string>;
  now?: () => number;
  /** Told of a key that nobody has and that could not be removed. */
  onLeftover?: (error: unknown) => void;
}

/** Registration of users, and who an API key belongs to. */
export class Accounts {
  private readonly known = new Map<string, { user: string; until: number }>();
  private readonly hashing = new Turnstile(hashesAtOnce, hashesWaiting);

  constructor(private readonly options: AccountsOptions) {}

  /**
   * Opens an account; the API key is the answer, and cannot be had again.
   * @returns undefined when the address has an account already.
   * @throws DataUnavailableError when none was opened; OutcomeUnknownError when one may have been.
   */
  async register({ email, password }: Registration): Promise<string | undefined> {
    const { store, hash = hashPassword } = this.options;
    if (await store.find(email)) return undefined;
    const passwordHash = await this.hashing.pass(() => hash(password));
    const key = newApiKey();
    const account: Account = {
      user: randomUUID(),
      keyHash: apiKeyHash(key),
      passwordHash,
      registeredAt: new Date().toISOString(),
    };
    // First the key, which nobody knows yet: an account without its key would lock its user out for ever.
    await this.withoutDoubt(() => store.addKey(account.keyHash, account.user));
    if (await this.add(email, account)) return key;
    await store.removeKey(account.keyHash).catch((error: unknown) => this.options.onLeftover?.(error));
    return undefined;
  }

  /**
   * The user that a key belongs to.
   * @throws DataUnavailableError
   */
  async userOf(key: string): Promise<string | undefined> {
    const hash = apiKeyHash(key);
    const now = this.now();
    const known = this.known.get(hash);
    if (known !== undefined && known.until > now) return known.user;
    const user = await this.options.store.userOf(hash);
    this.known.delete(hash);
    if (user === undefined) return undefined;
    if (this.known.size >= keysKnown) this.known.delete(this.known.keys().next().value ?? '');
    this.known.set(hash, { user, until: now + keyKnownMs });
    return user;
  }

  /** Adds the account; when the answer is lost, the row tells whose it is, and the same write can be sent again. */
  private async add(email: string, account: Account): Promise<boolean> {
    const { store } = this.options;
    let unsure = false;
    for (let attempt = 1; ; attempt++) {
      try {
        if (await store.add(email, account)) return true;
        return unsure && (await store.find(email))?.user === account.user;
      } catch (error) {
        unsure ||= error instanceof OutcomeUnknownError;
        if (!unsure) throw error;
        if (attempt === tries)
          throw new OutcomeUnknownError('Whether the account was opened is not known.', { cause: error });
        await wait(25 * 2 ** attempt);
      }
    }
  }

  /** A write that nobody can see yet: not knowing whether it was done is as good as a refusal. */
  private async withoutDoubt(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      throw new DataUnavailableError('The account was not opened.', { cause: error });
    }
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
