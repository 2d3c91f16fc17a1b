export interface Account {
  /** Random; the name of the user's other rows. */
  user: string;
  /** SHA-256 of the API key, in hexadecimal. */
  keyHash: string;
  /** In the PHC format. */
  passwordHash: string;
  registeredAt: string;
}

/** The accounts of a tenant. All calls reject with DataUnavailableError when nothing was done. */
export interface AccountStore {
  find(email: string): Promise<Account | undefined>;
  /**
   * Adds the account unless the email has one.
   * @throws OutcomeUnknownError when it may have been added.
   */
  add(email: string, account: Account): Promise<boolean>;
  /** The user of an API key, by its hash. */
  userOf(keyHash: string): Promise<string | undefined>;
  addKey(keyHash: string, user: string): Promise<void>;
  removeKey(keyHash: string): Promise<void>;
}
