import { createHash } from 'node:crypto';
import { rowKey, type TenantData } from '@leasehold/tenant-data';
import * as z from 'zod/mini';
import type { Account, AccountStore } from './account-store.js';

const table = 'integers';
const accountColumn = 'n:account';
const userColumn = 'n:user';

const stored = z.object({
  user: z.string(),
  keyHash: z.string(),
  passwordHash: z.string(),
  registeredAt: z.string(),
});

/**
 * `<prefix>#email#<SHA-256 of the address>` holds the account and `<prefix>#key#<SHA-256 of the key>` the user: neither an address nor a
 * key can be read from a row key, which logs and statistics show.
 */
export class BigtableAccountStore implements AccountStore {
  constructor(
    private readonly data: TenantData,
    private readonly prefix: string,
  ) {}

  async find(email: string): Promise<Account | undefined> {
    const row = await this.data.get(table, this.emailKey(email));
    const cell = row?.cells.get(accountColumn);
    return cell && stored.parse(JSON.parse(cell.toString()));
  }

  add(email: string, account: Account): Promise<boolean> {
    const value = JSON.stringify(account);
    return this.data.compareAndSet(table, this.emailKey(email), accountColumn, undefined, value);
  }

  async userOf(keyHash: string): Promise<string | undefined> {
    const row = await this.data.get(table, this.keyKey(keyHash));
    return row?.cells.get(userColumn)?.toString();
  }

  addKey(keyHash: string, user: string): Promise<void> {
    return this.data.mutate(table, this.keyKey(keyHash), [{ set: userColumn, value: user }]);
  }

  removeKey(keyHash: string): Promise<void> {
    return this.data.mutate(table, this.keyKey(keyHash), [{ deleteRow: true }]);
  }

  private emailKey(email: string): string {
    return rowKey(this.prefix, 'email', createHash('sha256').update(email).digest('hex'));
  }

  private keyKey(hash: string): string {
    return rowKey(this.prefix, 'key', hash);
  }
}
