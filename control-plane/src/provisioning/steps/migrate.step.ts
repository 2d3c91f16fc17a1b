import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** A large tenant takes hours. */
const timeoutMs = 12 * 3_600_000;

/**
 * Runs the migrations that the wanted release names over the tenant's rows, before any pod of it starts. The ledger beside the rows says how
 * far each one is, so a repeated run goes on there, and one that is done does nothing. Nothing is undone: a migration leaves what the pods of
 * the release before it read.
 */
export function migrateStep({ facts, targets }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'migrate',
    timeoutMs,
    act: async ({ ctx, parameters, signal, progress }) => {
      const { tenant, release, cell } = await facts.read(ctx, parameters.tenantId, 'wanted');
      const prefix = tenant.rowKeyPrefix;
      const target = targets.of(cell.name);
      if (prefix === null) return undefined;
      // In the order of their numbers, whatever the manifest's.
      for (const id of [...(release.manifest.migrations ?? [])].sort()) {
        for (let done = false; !done;) {
          signal.throwIfAborted();
          const state = await targetCall(`run the migration ${id}`, () => target.migrateRows(prefix, id));
          progress.say(`${id}: ${state.changed} of ${state.rows} rows changed`);
          done = state.done;
        }
      }
      return undefined;
    },
  };
}
