import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { GrpcError, Status } from '../grpc/grpc-error.js';

const audience = 'data-gateway';
const clockToleranceSeconds = 5;
/** A verified token is looked at again after this time, so that a withdrawn key loses its effect. */
const rememberMs = 60_000;
const maxRemembered = 10_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const claims = z.object({
  sub: z.string().regex(/^system:serviceaccount:[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}$/),
  exp: z.number(),
  'kubernetes.io': z.object({ namespace: z.string() }).optional(),
});

/** Who a token speaks for: a service account of Kubernetes. */
export interface Identity {
  readonly subject: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

interface Remembered {
  readonly identity: Identity;
  readonly untilMs: number;
}

/** Verifies the projected service account tokens of pods: ES256, audience `data-gateway`, keys from a file that may change. */
export class TokenVerifier {
  readonly #remembered = new Map<string, Remembered>();
  #keys: { readonly version: string; readonly find: ReturnType<typeof createLocalJWKSet> } | undefined;

  constructor(
    private readonly jwksFile: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** The identity of a token that was verified a moment ago. */
  recall(token: string): Identity | undefined {
    const found = this.#remembered.get(token);
    if (!found) return undefined;
    if (found.untilMs > this.now()) return found.identity;
    this.#remembered.delete(token);
    return undefined;
  }

  /** @throws GrpcError UNAUTHENTICATED, which does not say more than that the token is not valid. */
  async verify(token: string): Promise<Identity> {
    const known = this.recall(token);
    if (known) return known;
    try {
      const { sub, exp, 'kubernetes.io': kubernetes } = claims.parse(await this.#payload(token));
      const [, , namespace = '', serviceAccount = ''] = sub.split(':');
      if (kubernetes && kubernetes.namespace !== namespace) throw new Error('the token names two namespaces');
      const identity = { subject: sub, namespace, serviceAccount };
      this.#remember(token, { identity, untilMs: Math.min(this.now() + rememberMs, exp * 1000) });
      return identity;
    } catch (cause) {
      throw new GrpcError(Status.unauthenticated, 'The token is not valid for the data gateway.', { cause });
    }
  }

  async #payload(token: string): Promise<unknown> {
    const options = {
      audience,
      algorithms: ['ES256'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(this.now()),
      requiredClaims: ['exp', 'sub'],
    };
    await this.#loadKeys();
    const find = this.#keys?.find;
    if (!find) throw new errors.JWKSNoMatchingKey();
    return (await jwtVerify(token, find, options)).payload;
  }

  /** Reads the keys when the file is another one than before. */
  async #loadKeys(): Promise<void> {
    const { ino, size, mtimeMs } = await stat(this.jwksFile);
    const version = `${ino}.${size}.${mtimeMs}`;
    if (this.#keys?.version === version) return;
    const parsed: JSONWebKeySet = keySet.parse(JSON.parse(await readFile(this.jwksFile, 'utf8')));
    this.#keys = { version, find: createLocalJWKSet(parsed) };
  }

  #remember(token: string, entry: Remembered): void {
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(token, entry);
  }
}
