import { z } from 'zod';
import type { SagaWork } from '../operations/saga.js';
import type { JsonObject } from '../platform/json.js';
import type { TenantParameters } from './parameters.js';

const certificates = z
  .array(z.object({ hostname: z.string(), type: z.string(), name: z.string(), data: z.string() }))
  .default([]);
const applied = z.object({ outputs: z.object({ certificates }) });

/** What the owners of a tenant's own domains put into their DNS, so that the certificates are issued: one record a domain. */
export type CertificateRecord = z.output<typeof certificates>[number];

/** Reads the records from the outputs of a tenant's stack. */
export function certificateRecords(outputs: JsonObject): CertificateRecord[] {
  return certificates.parse(outputs['certificates']);
}

/** `shop.acme.example needs _acme-challenge.shop.acme.example. CNAME ….` */
export function recordSentence({ hostname, type, name, data }: CertificateRecord): string {
  return `${hostname} needs the record ${name} ${type} ${data} for its certificate`;
}

/** What an operation that has applied a tenant's stack leaves of it. */
export function appliedResult(work: SagaWork<TenantParameters>): JsonObject {
  const found = work.outputIfAny('apply', applied)?.outputs.certificates ?? [];
  return { certificates: found.map((record) => ({ ...record })) };
}
