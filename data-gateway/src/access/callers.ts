import { denied, GrpcError, Status, unavailable } from '../grpc/grpc-error.js';
import type { Share } from '../shares/share.js';
import { CallerScope, type KnownTable } from '../wire/caller-scope.js';
import type { LivePrefix, PrefixDirectory } from './prefix-registry.js';
import type { Identity, TokenVerifier } from './token-verifier.js';

/** The service account of a tenant's workload; no other of its namespace may read or write rows. */
const workloadAccount = 'app';
const controlPlane = 'system:serviceaccount:leasehold-system:control-plane';

/** A tenant's pod that calls. */
export interface Caller {
  readonly tenantId: string;
  readonly scope: CallerScope;
  readonly share: Share;
}

/** Tells who calls, from the token of the call. */
export class Callers {
  readonly #byPrefix = new WeakMap<LivePrefix, Caller>();

  constructor(
    private readonly tokens: TokenVerifier,
    private readonly prefixes: PrefixDirectory,
    private readonly tables: ReadonlyMap<string, KnownTable>,
    /** For tenants whose plan says nothing. */
    private readonly share: Share,
  ) {}

  /**
   * The caller with this `authorization` header; no promise when all of it is known, which is the case for nearly every call.
   * @throws GrpcError UNAUTHENTICATED, PERMISSION_DENIED (the tenant has no live prefix) or UNAVAILABLE (Postgres does not answer).
   */
  authenticate(authorization: string | undefined): Caller | Promise<Caller> {
    const token = bearer(authorization);
    const identity = this.tokens.recall(token);
    const prefix = identity && isWorkload(identity) ? this.prefixes.recall(identity.namespace) : undefined;
    return prefix ? this.#caller(prefix) : this.#ask(token);
  }

  /** @throws GrpcError unless the token is that of the control plane. */
  async requireControlPlane(authorization: string | undefined): Promise<void> {
    const { subject } = await this.tokens.verify(bearer(authorization));
    if (subject !== controlPlane) throw denied('Only the control plane may do this.');
  }

  async #ask(token: string): Promise<Caller> {
    const identity = await this.tokens.verify(token);
    if (!isWorkload(identity)) throw denied("Only a tenant's workload may read and write rows.");
    const prefix = await this.prefixes.find(identity.namespace).catch((cause: unknown) => {
      throw unavailable('The row-key prefix of the caller cannot be looked up at present.', {
        cause,
        nothingApplied: true,
      });
    });
    if (!prefix) throw denied('The tenant of the caller has no live row-key prefix.');
    return this.#caller(prefix);
  }

  #caller(prefix: LivePrefix): Caller {
    const known = this.#byPrefix.get(prefix);
    if (known) return known;
    const caller = {
      tenantId: prefix.tenantId,
      scope: new CallerScope(prefix.prefix, this.tables),
      share: prefix.share ?? this.share,
    };
    this.#byPrefix.set(prefix, caller);
    return caller;
  }
}

function isWorkload({ serviceAccount }: Identity): boolean {
  return serviceAccount === workloadAccount;
}

function bearer(authorization: string | undefined): string {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw new GrpcError(Status.unauthenticated, 'The call has no bearer token.');
  return token;
}
