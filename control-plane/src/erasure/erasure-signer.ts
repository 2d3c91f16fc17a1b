import { createPrivateKey } from 'node:crypto';
import { CompactSign, exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';
import { newId } from '../platform/ids.js';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { KeyEnvelope } from '../pulumi-service/secrets/key-envelope.js';

const algorithm = 'ES256';

interface KeyRow {
  readonly id: string;
  readonly sealed: Buffer;
  readonly sealed_key_id: string;
}

/** Signs with the platform's key for certificates of erasure, which is made when the first one is needed. */
export class ErasureSigner {
  constructor(private readonly envelope: KeyEnvelope) {}

  /** @returns a compact JWS over the document as JSON */
  async sign(tx: Tx, document: object): Promise<string> {
    const { id, sealed, sealed_key_id: envelopeKeyId } = await this.#key(tx);
    const opened = await this.envelope.open({ sealed, envelopeKeyId }, context(id));
    return new CompactSign(Buffer.from(JSON.stringify(document)))
      .setProtectedHeader({ alg: algorithm, kid: id, typ: 'erasure+jws' })
      .sign(createPrivateKey(opened));
  }

  /** Every key that has ever signed: certificates are verified years later. */
  async publicKeys(tx: Tx): Promise<JWK[]> {
    const sql = 'select public_jwk from leasehold.erasure_keys order by created_at, id';
    return (await rows<{ public_jwk: JWK }>(tx, sql)).map(({ public_jwk: key }) => key);
  }

  async #key(tx: Tx): Promise<KeyRow> {
    const newest =
      'select id, sealed, sealed_key_id from leasehold.erasure_keys order by created_at desc, id desc limit 1';
    const known = await row<KeyRow>(tx, newest);
    if (known) return known;
    const id = newId('esk');
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const publicJwk = { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: 'sig' };
    const { sealed, envelopeKeyId } = await this.envelope.seal(
      Buffer.from(await exportPKCS8(privateKey)),
      context(id),
    );
    await rows(
      tx,
      'insert into leasehold.erasure_keys (id, public_jwk, sealed, sealed_key_id) values ($1, $2, $3, $4)',
      [id, JSON.stringify(publicJwk), sealed, envelopeKeyId],
    );
    return onlyRow<KeyRow>(tx, newest);
  }
}

function context(keyId: string): string {
  return `erasure:${keyId}`;
}
