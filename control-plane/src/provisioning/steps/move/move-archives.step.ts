import type { SagaStep } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { targetCall } from '../../target-call.js';

/** Backups of years take a while. */
const timeoutMs = 12 * 3_600_000;

/** Brings the tenant's backups and exports into the new cell's bucket; one that was damaged in the old one is marked as failed. */
export function moveArchivesStep({ moves }: ProvisioningServices): SagaStep<MoveParameters> {
  return {
    name: 'archives',
    timeoutMs,
    act: async ({ ctx, parameters, signal, progress }) => {
      const { moved, lost } = await targetCall('copy the archives', () =>
        moves.moveArchives(ctx, parameters, signal),
      );
      progress.say(`${moved} archives${lost.length > 0 ? `; damaged before: ${lost.join(', ')}` : ''}`);
      return { moved, lost };
    },
  };
}
