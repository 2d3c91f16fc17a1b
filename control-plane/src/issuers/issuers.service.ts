import { Inject, Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { AuditService } from '../audit/audit.service.js';
import { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { IssuerKeys, signingAlgorithm, type IssuerKey } from './issuer-keys.js';
import { issuerUrl, jwksUrl } from './issuer-names.js';
import type { IssuedToken, IssuerView } from './issuer.schema.js';
import { IssuersRepository, type IssuerRecord, type OwnIssuer } from './issuers.repository.js';
import { publishedBeforeMs, publishedKeys, retirement, signingKey } from './key-terms.js';

export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly minutes: number;
  /** Further claims, such as `email`. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Whose tokens a client's product takes. The platform's issuer of a tenant begins with its first token or key. */
@Injectable()
export class IssuersService {
  readonly #repository = new IssuersRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly keys: IssuerKeys,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async get(ctx: Ctx, tenantId: string): Promise<IssuerView> {
    return this.uow.run(ctx, (tx) => this.#view(tx, tenantId));
  }

  /** Names whose tokens count; undefined: the platform's. */
  async put(ctx: Ctx, tx: Tx, tenantId: string, own: OwnIssuer | undefined): Promise<IssuerView> {
    const before = await this.#repository.ensure(tx, tenantId);
    await this.#repository.name(tx, tenantId, own);
    if (own === undefined) await this.#signing(tx, tenantId);
    await this.audit.record(ctx, tx, {
      action: 'issuer.update',
      subject: tenantId,
      tenantId,
      before: specOf(before.own),
      after: specOf(own),
    });
    await this.#tell(tx, tenantId);
    return this.#view(tx, tenantId);
  }

  /** A new key, which signs when everybody has it; with `withdraw` at once, and no earlier key counts any more. */
  async rotate(ctx: Ctx, tx: Tx, tenantId: string, withdraw: boolean): Promise<IssuerView> {
    await this.#repository.ensure(tx, tenantId);
    if (withdraw) {
      await this.#repository.removeKeys(tx, tenantId);
      await this.#signing(tx, tenantId);
    } else await this.#follow(tx, tenantId);
    const detail = { withdraw };
    await this.audit.record(ctx, tx, { action: 'issuer.rotate', subject: tenantId, tenantId, detail });
    await this.changed(tx, tenantId);
    return this.#view(tx, tenantId);
  }

  /**
   * A token of the platform's issuer. Its subject and roles are in the audit; itself is kept nowhere.
   * @throws AppError `foreign_issuer` when the tenant has an issuer of its own
   */
  async issue(ctx: Ctx, tx: Tx, tenantId: string, request: TokenRequest): Promise<IssuedToken> {
    const { own } = await this.#repository.ensure(tx, tenantId);
    if (own !== undefined) {
      throw new AppError('conflict', 'foreign_issuer', {
        publicMessage: `The tokens of this tenant come from its own issuer, ${own.issuer}.`,
      });
    }
    const { key, isNew } = await this.#signing(tx, tenantId);
    if (isNew) await this.#tell(tx, tenantId);
    const { subject, roles, minutes, more = {} } = request;
    const expiresAt = new Date(Math.floor(Date.now() / 1000 + minutes * 60) * 1000);
    const issuer = issuerUrl(this.settings, tenantId);
    const claims = { issuer, audience: tenantId, subject, roles, expiresAt, more };
    const token = await this.keys.sign(tenantId, key, claims);
    const detail = { subject, roles, expiresAt: expiresAt.toISOString() };
    await this.audit.record(ctx, tx, { action: 'token.issue', subject: tenantId, tenantId, detail });
    return { token, tokenType: 'Bearer', subject, roles: [...roles], expiresAt: expiresAt.toISOString() };
  }

  /** Something that the tenant's pods read has changed; the publisher brings it to them. */
  async changed(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.ensure(tx, tenantId);
    await this.#repository.touch(tx, tenantId);
    await this.#tell(tx, tenantId);
  }

  /** The public keys with which tokens of the platform's issuer of a tenant are verified. */
  async publicKeys(tx: Tx, tenantId: string): Promise<JWK[]> {
    const keys = await this.#repository.keys(tx, tenantId);
    return publishedKeys(keys, Date.now()).map(({ publicJwk }) => publicJwk);
  }

  /** What OpenID Connect Discovery says of the platform's issuer of a tenant. */
  discovery(tenantId: string) {
    const issuer = issuerUrl(this.settings, tenantId);
    return {
      issuer,
      jwks_uri: jwksUrl(issuer),
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signingAlgorithm],
    };
  }

  /** The key to sign with, made when there is none: nobody can have kept an earlier set of keys then. */
  async #signing(tx: Tx, tenantId: string): Promise<{ key: IssuerKey; isNew: boolean }> {
    const known = signingKey(await this.#repository.keys(tx, tenantId), Date.now());
    if (known !== undefined) return { key: known, isNew: false };
    const made = { ...(await this.keys.make(tenantId)), signsFrom: new Date() };
    await this.#repository.addKey(tx, tenantId, made);
    await this.#repository.touch(tx, tenantId);
    return { key: { ...made, retiresAt: undefined }, isNew: true };
  }

  async #follow(tx: Tx, tenantId: string): Promise<void> {
    const keys = await this.#repository.keys(tx, tenantId);
    const waiting = keys.find(({ signsFrom }) => signsFrom.getTime() > Date.now());
    if (waiting !== undefined) {
      throw new AppError('conflict', 'rotation_under_way', {
        publicMessage: `A new key signs from ${waiting.signsFrom.toISOString()} on; rotate again after that, or with {"withdraw": true}.`,
      });
    }
    const signsFrom = new Date(Date.now() + (keys.length === 0 ? 0 : publishedBeforeMs));
    await this.#repository.retireKeys(tx, tenantId, retirement(signsFrom.getTime()));
    await this.#repository.addKey(tx, tenantId, { ...(await this.keys.make(tenantId)), signsFrom });
  }

  async #tell(tx: Tx, tenantId: string): Promise<void> {
    await this.outbox.add(tx, { type: 'issuer.updated', tenantId });
  }

  async #view(tx: Tx, tenantId: string): Promise<IssuerView> {
    const record = await this.#repository.find(tx, tenantId);
    const keys = await this.#repository.keys(tx, tenantId);
    const issuer = issuerUrl(this.settings, tenantId);
    return {
      tenantId,
      ...namesOf(record, issuer, tenantId),
      keys: publishedKeys(keys, Date.now()).map(({ id, signsFrom, retiresAt }) => ({
        id,
        signsFrom: signsFrom.toISOString(),
        retiresAt: retiresAt?.toISOString() ?? null,
      })),
      published: record !== undefined && record.publishedRevision >= record.revision,
    };
  }
}

function namesOf(
  record: IssuerRecord | undefined,
  issuer: string,
  tenantId: string,
): Pick<IssuerView, 'kind' | 'issuer' | 'audience' | 'rolesClaim' | 'jwksUrl'> {
  const own = record?.own;
  if (own === undefined) {
    return { kind: 'platform', issuer, audience: tenantId, rolesClaim: 'roles', jwksUrl: jwksUrl(issuer) };
  }
  const { audience, rolesClaim, jwksUrl: url } = own;
  return { kind: 'oidc', issuer: own.issuer, audience, rolesClaim, jwksUrl: url };
}

function specOf(own: OwnIssuer | undefined): object {
  if (own === undefined) return { kind: 'platform' };
  const { issuer, audience, rolesClaim, jwksUrl: url } = own;
  return { kind: 'oidc', issuer, audience, rolesClaim, jwksUrl: url };
}
