import { createSecureContext, type SecureContext } from 'node:tls';
import type { LocalCa } from './local-ca.js';

const mostKept = 1_000;
/** Made anew well before it ends. */
const renewAfterMs = 30 * 86_400_000;
const anonymous = 'localhost';

interface Kept {
  context: Promise<SecureContext>;
  madeAt: number;
}

/**
 * What the edge presents: a certificate for each hostname that it serves, made when a client first asks for it. Of its own even where a
 * wildcard is issued: no client takes a wildcard directly below `localhost` (RFC 6125, section 7.2).
 */
export class Certificates {
  private readonly kept = new Map<string, Kept>();

  /** @param isServed whether there is an issued certificate for a hostname; others are shown the one of `localhost` */
  constructor(
    private readonly ca: LocalCa,
    private readonly isServed: (hostname: string) => boolean,
  ) {}

  contextFor(serverName: string): Promise<SecureContext> {
    const asked = serverName.toLowerCase();
    const hostname = this.isServed(asked) ? asked : anonymous;
    const known = this.kept.get(hostname);
    if (known && Date.now() - known.madeAt < renewAfterMs) return known.context;
    const context = this.make(hostname);
    // A failure is not kept: the next client tries again.
    context.catch(() => this.kept.delete(hostname));
    this.kept.set(hostname, { context, madeAt: Date.now() });
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
    return context;
  }

  /** The certificate of `localhost` itself. */
  async fallback(): Promise<{ cert: string; key: string }> {
    const { certificate: cert, key } = await this.ca.issue(anonymous);
    return { cert, key };
  }

  private async make(hostname: string): Promise<SecureContext> {
    const { certificate, key } = await this.ca.issue(hostname);
    return createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
  }
}
