import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decrypt, encrypt } from './aead.js';
import type { KeyEnvelope, SealedKey } from './key-envelope.js';

const keyLength = 32;

/** The envelope of the embedded default: a key in a file that only the user who runs the product can read. */
export class LocalKeyEnvelope implements KeyEnvelope {
  readonly #id: string;

  private constructor(private readonly key: Buffer) {
    this.#id = `file:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  }

  /**
   * Reads the key file, and makes it when there is none (processes that start at once agree on one).
   * @throws Error when the file holds something else
   */
  static async open(path: string): Promise<LocalKeyEnvelope> {
    const key = (await read(path)) ?? (await create(path));
    if (key.length !== keyLength)
      throw new Error(
        `${path} is damaged: it must hold ${keyLength} bytes. Restore it; without it the secrets of stacks are lost.`,
      );
    await chmod(path, 0o600);
    return new LocalKeyEnvelope(key);
  }

  seal(key: Buffer, context: string): Promise<SealedKey> {
    return Promise.resolve({ envelopeKeyId: this.#id, sealed: encrypt(this.key, key, context) });
  }

  open(sealed: SealedKey, context: string): Promise<Buffer> {
    if (sealed.envelopeKeyId !== this.#id)
      return Promise.reject(
        new Error(
          `The secrets were sealed with the key ${sealed.envelopeKeyId}, not with this key file (${this.#id}).`,
        ),
      );
    return Promise.resolve(decrypt(this.key, sealed.sealed, context));
  }
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A hard link is made only where there is no file: of several that try, one wins, and nobody sees half a key. */
async function create(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(keyLength), { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}
