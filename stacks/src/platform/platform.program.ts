import * as gcp from '@pulumi/gcp';
import { z } from 'zod';
import type { Program } from '../program.js';

const platformStackInput = z.strictObject({
  domain: z.string().min(1),
  gcpProject: z.string().min(1),
});
export type PlatformStackInput = z.output<typeof platformStackInput>;

/** The zone's own name: letters, digits and dashes, since Cloud DNS takes no dots in it. */
export function managedZoneName(domain: string): string {
  return domain.replaceAll('.', '-');
}

/** What outlives every cell: the DNS zone, so that a tenant keeps its name when it moves. */
export const platformProgram: Program<PlatformStackInput> = {
  inputSchema: platformStackInput,
  run: ({ domain, gcpProject }) => {
    const name = managedZoneName(domain);
    new gcp.dns.ManagedZone('tenants', {
      name,
      dnsName: `${domain}.`,
      project: gcpProject,
      description: 'Hostnames of tenants',
    });
    return Promise.resolve({ managedZone: name });
  },
};
