import { Controller, Inject, Param } from '@nestjs/common';
import type { JWK } from 'jose';
import type { Logger } from 'pino';
import { AppError } from '../platform/app-error.js';
import { Answer } from '../platform/http/answer.js';
import { Route } from '../platform/http/route.decorator.js';
import { isId } from '../platform/ids.js';
import { systemContext } from '../platform/request-context.js';
import { LOGGER } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { discoverySchema, jwksSchema } from './issuer.schema.js';
import { IssuersService } from './issuers.service.js';
import { keysKeptMs } from './key-terms.js';

const tag = 'identity';
const headers = {
  'cache-control': `public, max-age=${keysKeptMs / 1000}`,
  'access-control-allow-origin': '*',
};

/** What everybody may know who verifies tokens of a tenant's issuer. */
@Controller()
export class DiscoveryController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly issuers: IssuersService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Route({
    method: 'GET',
    path: '/issuers/:tenantId/.well-known/openid-configuration',
    operationId: 'getIssuerDiscovery',
    tag,
    summary: "The discovery document of a tenant's issuer",
    access: 'public',
    responses: { 200: { description: 'OpenID Connect Discovery 1.0', schema: discoverySchema } },
    refusals: [404],
  })
  async discovery(@Param('tenantId') tenantId: string): Promise<Answer> {
    await this.#publicKeys(tenantId);
    return new Answer(200, this.issuers.discovery(tenantId), headers);
  }

  @Route({
    method: 'GET',
    path: '/issuers/:tenantId/jwks.json',
    operationId: 'getIssuerKeys',
    tag,
    summary: "The public keys of a tenant's issuer",
    access: 'public',
    responses: { 200: { description: 'A JWKS document (RFC 7517)', schema: jwksSchema } },
    refusals: [404],
  })
  async keys(@Param('tenantId') tenantId: string): Promise<Answer> {
    return new Answer(200, { keys: await this.#publicKeys(tenantId) }, headers);
  }

  /** Anonymous callers see no row of a tenant, so the program asks for them, for what is public and no more. */
  async #publicKeys(tenantId: string): Promise<JWK[]> {
    const ctx = systemContext('issuer-discovery', this.log);
    const found =
      isId('ten', tenantId) &&
      (await this.uow.run(ctx, async (tx) => {
        const { state } = await this.tenants.require(tx, tenantId);
        return state === 'deleted' ? undefined : this.issuers.publicKeys(tx, tenantId);
      }));
    if (found) return found;
    throw new AppError('not_found', 'issuer_not_found', { publicMessage: 'There is no such issuer.' });
  }
}
