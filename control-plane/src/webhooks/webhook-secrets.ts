import { randomBytes } from 'node:crypto';
import type { KeyEnvelope } from '../pulumi-service/secrets/key-envelope.js';

/** A signing secret as the database has it. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** Makes, seals and opens the secrets that messages are signed with; each is bound to its webhook. */
export class WebhookSecrets {
  constructor(private readonly envelope: KeyEnvelope) {}

  /** A new secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
  async make(webhookId: string): Promise<{ secret: string; sealed: SealedSecret }> {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const { envelopeKeyId, sealed } = await this.envelope.seal(Buffer.from(secret), context(webhookId));
    return { secret, sealed: { keyId: envelopeKeyId, sealed } };
  }

  /** @throws Error when it was sealed for another webhook or with another key file */
  async open(webhookId: string, { keyId, sealed }: SealedSecret): Promise<string> {
    const opened = await this.envelope.open({ envelopeKeyId: keyId, sealed }, context(webhookId));
    return opened.toString();
  }
}

function context(webhookId: string): string {
  return `webhook:${webhookId}`;
}
