import { Controller, Inject, Param } from '@nestjs/common';
import type { Logger } from 'pino';
import { z } from 'zod';
import { jwksSchema } from '../issuers/issuer.schema.js';
import { Answer } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER } from '../platform/tokens.js';
import { CertificatesService } from './certificates.service.js';

const tag = 'data life';

const certificateSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    operationId: z.string(),
    issuedAt: z.iso.datetime(),
    jws: z.string().describe('A compact JWS (RFC 7515), ES256; its payload is the document.'),
  })
  .meta({ id: 'ErasureCertificate' });
type CertificateView = z.output<typeof certificateSchema>;

/** What proves to others that something was erased. */
@Controller()
export class CertificatesController {
  constructor(
    private readonly certificates: CertificatesService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/erasure-certificate',
    operationId: 'getErasureCertificate',
    tag,
    summary: 'The newest signed certificate of what was erased of a tenant',
    description:
      'Of a purge, or of a cell that the tenant has left. It stays when the tenant is a tombstone: ask by its id then.',
    access: ['admin', 'operator', 'viewer', 'tenant-admin'],
    responses: { 200: { description: 'The certificate', schema: certificateSchema } },
    refusals: [404],
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<CertificateView> {
    const { issuedAt, ...certificate } = await this.certificates.newest(ctx, id);
    return { ...certificate, issuedAt: issuedAt.toISOString() };
  }

  @Route({
    method: 'GET',
    path: '/erasure/jwks.json',
    operationId: 'getErasureKeys',
    tag,
    summary: 'The public keys of certificates of erasure',
    access: 'public',
    responses: { 200: { description: 'A JWKS document (RFC 7517)', schema: jwksSchema } },
  })
  async keys(): Promise<Answer> {
    const keys = await this.certificates.publicKeys(systemContext('erasure-keys', this.log));
    return new Answer(200, { keys }, { 'cache-control': 'no-cache', 'access-control-allow-origin': '*' });
  }
}
