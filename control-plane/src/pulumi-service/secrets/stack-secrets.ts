import { randomBytes } from 'node:crypto';
import { PulumiApiError } from '../pulumi-api-error.js';
import type { StacksRepository } from '../stacks.repository.js';
import { decrypt, encrypt } from './aead.js';
import type { KeyEnvelope } from './key-envelope.js';

/** Opened data keys kept in memory, so that a key service is not asked once a secret. */
const cachedKeys = 1000;

/** Encrypts and decrypts the secrets of stacks, each stack with a key of its own, bound to that stack. */
export class StackSecrets {
  readonly #keys = new Map<number, Promise<Buffer>>();

  constructor(
    private readonly stacks: StacksRepository,
    private readonly envelope: KeyEnvelope,
  ) {}

  async encrypt(stackId: number, plaintexts: readonly Buffer[]): Promise<Buffer[]> {
    const key = await this.#key(stackId);
    return plaintexts.map((plaintext) => encrypt(key, plaintext, context(stackId)));
  }

  /** @throws PulumiApiError 400 for what this stack's key did not encrypt */
  async decrypt(stackId: number, ciphertexts: readonly Buffer[]): Promise<Buffer[]> {
    const key = await this.#key(stackId);
    try {
      return ciphertexts.map((ciphertext) => decrypt(key, ciphertext, context(stackId)));
    } catch {
      throw new PulumiApiError(400, 'The ciphertext was not made by this stack, or it was changed.');
    }
  }

  #key(stackId: number): Promise<Buffer> {
    const known = this.#keys.get(stackId);
    if (known) return known;
    const opened = this.#open(stackId);
    this.#keys.set(stackId, opened);
    opened.catch(() => this.#keys.delete(stackId));
    const oldest = this.#keys.size > cachedKeys ? this.#keys.keys().next().value : undefined;
    if (oldest !== undefined) this.#keys.delete(oldest);
    return opened;
  }

  async #open(stackId: number): Promise<Buffer> {
    const fresh = await this.envelope.seal(randomBytes(32), context(stackId));
    const sealed = await this.stacks.dataKey(stackId, fresh);
    return this.envelope.open(sealed, context(stackId));
  }
}

function context(stackId: number): string {
  return `pulumi-stack:${stackId}`;
}
