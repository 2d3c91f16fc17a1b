import type { BigtableInput } from './bigtable.input.js';

export interface DesiredBigtable {
  readonly instance: {
    readonly name: string;
    readonly project: string;
    readonly deletionProtection: boolean;
    readonly clusters: readonly {
      readonly clusterId: string;
      readonly zone: string;
      readonly numNodes: number;
      readonly storageType: 'SSD';
    }[];
  };
  readonly tables: readonly DesiredTable[];
}

interface DesiredTable {
  readonly name: string;
  readonly deletionProtection: 'PROTECTED' | 'UNPROTECTED';
  readonly columnFamilies: readonly { readonly family: string }[];
  readonly automatedBackupPolicy: { readonly frequency: string; readonly retentionPeriod: string };
  readonly gc: readonly { readonly family: string; readonly gcRules: string }[];
}

export interface BigtablePlace {
  readonly environment: 'development' | 'staging' | 'production';
  readonly project: string;
  readonly region: string;
}

/** What an automated backup is kept at least and at most, in days: google.bigtable.admin.v2, Table.AutomatedBackupPolicy. */
const [fewestDays, mostDays] = [3, 90];

/**
 * The instance of a cell with the tables that its clients share. A table is backed up as a whole, and the service does it once a day:
 * how long a backup is kept follows from the plan that keeps it longest.
 * https://cloud.google.com/bigtable/docs/reference/admin/rest/v2/projects.instances.tables#AutomatedBackupPolicy
 */
export function computeBigtable(
  { instance, tables, keepBackupsDays }: BigtableInput,
  { environment, project, region }: BigtablePlace,
): DesiredBigtable {
  const isProduction = environment === 'production';
  return {
    instance: {
      name: instance,
      project,
      deletionProtection: isProduction,
      clusters: [{ clusterId: `${instance}-a`, zone: `${region}-b`, numNodes: 1, storageType: 'SSD' }],
    },
    tables: tables.map(({ table, families }) => ({
      name: table,
      deletionProtection: isProduction ? 'PROTECTED' : 'UNPROTECTED',
      columnFamilies: families.map(({ id: family }) => ({ family })),
      automatedBackupPolicy: backupPolicy(keepBackupsDays),
      gc: families.map(({ id: family, gc }) => ({
        family,
        gcRules: JSON.stringify({ rules: [{ max_version: gc.maxVersions }] }),
      })),
    })),
  };
}

/** Zeros switch backups off; a policy that is left out would let those of before go on (pulumi-gcp, bigtable.Table). */
function backupPolicy(keepDays: number | null): DesiredTable['automatedBackupPolicy'] {
  if (keepDays === null) return { frequency: '0', retentionPeriod: '0' };
  const days = Math.min(mostDays, Math.max(fewestDays, keepDays));
  return { frequency: '24h0m0s', retentionPeriod: `${String(days * 24)}h0m0s` };
}
