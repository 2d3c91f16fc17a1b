import { namespaceOf } from './names.js';
import type { TenantStackInput } from './tenant.input.js';

/** A fence around a client's rows of one table: https://cloud.google.com/bigtable/docs/authorized-views */
export interface DesiredView {
  readonly name: string;
  readonly project: string;
  readonly instanceName: string;
  readonly tableName: string;
  readonly subsetView: {
    readonly rowPrefixes: readonly string[];
    readonly familySubsets: readonly {
      readonly familyName: string;
      readonly qualifierPrefixes: readonly string[];
    }[];
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * One view for each table of the release, where the plan has views. They stay as long as the rows do. Defence in depth: whoever is
 * given a view alone cannot read another client's rows. `@pulumi/gcp` has no IAM resource for views.
 */
export function computeViews({ tenant, cell, views }: TenantStackInput): DesiredView[] {
  return views.map(({ table, families }) => ({
    name: namespaceOf(tenant.slug),
    project: cell.gcpProject,
    instanceName: cell.bigtableInstance,
    tableName: table,
    subsetView: {
      // With what ends the prefix of every key: packages/tenant-data, prefix.ts.
      rowPrefixes: [base64(`${tenant.rowKeyPrefix}#`)],
      // The empty prefix is every column of the family.
      familySubsets: families.map((familyName) => ({ familyName, qualifierPrefixes: [''] })),
    },
  }));
}
