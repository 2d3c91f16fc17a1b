import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const format = 1;
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM: format byte, 12 bytes of nonce, ciphertext, 16 bytes of tag. `context` is authenticated, not stored. */
export function encrypt(key: Buffer, plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([
    Buffer.of(format),
    nonce,
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** @throws Error when the key or context is another one, or a bit was changed */
export function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
  if (sealed.length < 1 + nonceLength + tagLength || sealed[0] !== format)
    throw new Error('This is no ciphertext of this service.');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-tagLength));
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceLength, -tagLength)), decipher.final()]);
}
