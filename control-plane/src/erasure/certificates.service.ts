import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import { row, rows, UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ErasureFacts } from './erasure-facts.js';
import { ErasureSigner } from './erasure-signer.js';

export interface ErasureCertificate {
  readonly id: string;
  readonly tenantId: string;
  readonly operationId: string;
  readonly jws: string;
  readonly issuedAt: Date;
}

const columns = 'id, tenant_id as "tenantId", operation_id as "operationId", jws, issued_at as "issuedAt"';

/** Signed documents of what was erased. */
@Injectable()
export class CertificatesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly signer: ErasureSigner,
  ) {}

  /** Writes the certificate of an operation; one that has a certificate keeps it. */
  async issue(tx: Tx, facts: ErasureFacts): Promise<void> {
    const { tenantId, operationId } = facts;
    const known = 'select 1 from leasehold.erasure_certificates where operation_id = $1';
    if (await row(tx, known, [operationId])) return;
    const id = newId('ecf');
    const issuedAt = new Date();
    const jws = await this.signer.sign(tx, { id, issuedAt: issuedAt.toISOString(), ...facts });
    await rows(
      tx,
      'insert into leasehold.erasure_certificates (id, tenant_id, operation_id, jws, issued_at) values ($1, $2, $3, $4, $5)',
      [id, tenantId, operationId, jws, issuedAt],
    );
  }

  /** The newest of a tenant, of a tombstone as well. @throws AppError `certificate_not_found` when nothing of it was erased */
  async newest(ctx: Ctx, idOrSlug: string): Promise<ErasureCertificate> {
    return this.uow.run(ctx, async (tx) => {
      const { id, slug } = await this.tenants.require(tx, idOrSlug);
      const sql = `select ${columns} from leasehold.erasure_certificates where tenant_id = $1 order by issued_at desc, id desc limit 1`;
      const found = await row<ErasureCertificate>(tx, sql, [id]);
      if (found) return found;
      throw new AppError('not_found', 'certificate_not_found', {
        publicMessage: `Nothing of the tenant "${slug}" was erased, so there is no certificate.`,
      });
    });
  }

  /** The public keys that certificates are verified with. */
  async publicKeys(ctx: Ctx): Promise<JWK[]> {
    return this.uow.run(ctx, (tx) => this.signer.publicKeys(tx));
  }
}
