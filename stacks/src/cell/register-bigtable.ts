import * as gcp from '@pulumi/gcp';
import type { DesiredBigtable } from './compute-bigtable.js';

/** Registers the instance, its tables and what each family keeps. */
export function registerBigtable({ instance, tables }: DesiredBigtable): void {
  const { clusters, ...rest } = instance;
  const made = new gcp.bigtable.Instance(instance.name, { ...rest, clusters: [...clusters] });
  for (const { name, columnFamilies, gc, ...more } of tables) {
    const table = new gcp.bigtable.Table(name, {
      ...more,
      name,
      project: instance.project,
      instanceName: made.name,
      columnFamilies: [...columnFamilies],
    });
    for (const { family, gcRules } of gc) {
      new gcp.bigtable.GCPolicy(`${name}-${family}`, {
        project: instance.project,
        instanceName: made.name,
        table: table.name,
        columnFamily: family,
        gcRules,
      });
    }
  }
}
