import { z } from 'zod';
import type { SagaStep, SagaWork } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { targetCall } from '../../target-call.js';
import { eraseAndProve } from '../erase.step.js';
import { comparedRows, prefixOf } from './carry-rows.step.js';

const erased = z.object({
  cell: z.string(),
  prefix: z.string(),
  proof: z.enum(['empty scan', 'shared rows']),
  archiveObjects: z.number(),
});

/** Erases what the old cell still has, rows with proof; where both cells have the same rows, those stay. */
export function eraseLeftStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { moves, targets, branding, tenants, certificates } = services;
  return {
    name: 'erase',
    act: async (work) => {
      const { ctx, parameters, progress } = work;
      const { tenantId, from: cell, to } = parameters;
      const prefix = await prefixOf(services, work);
      const shared = moves.sharesRows(cell, to);
      if (!shared) await eraseAndProve(targets.of(cell), prefix);
      const archiveObjects = await targetCall('remove the objects of the old cell', async () => {
        // A publisher that was on its way may have come after the first time.
        await branding.withdraw(ctx, { tenantId, cell });
        return moves.eraseObjects(ctx, tenantId, cell);
      });
      progress.say(shared ? `${cell} and ${to} have the same rows; they stay` : `no row is left in ${cell}`);
      return { cell, prefix, proof: shared ? 'shared rows' : 'empty scan', archiveObjects };
    },
    record: async (tx, work) => {
      const { operationId, parameters } = work;
      const { tenantId } = parameters;
      const { slug } = await tenants.require(tx, tenantId);
      const rows = comparedRows(work);
      const facts = erased.parse(work.acted);
      await certificates.issue(tx, { kind: 'move', tenantId, slug, operationId, rows, ...facts });
      return undefined;
    },
  };
}

/** What of the old cell was erased, and how it was proved. */
export function erasedThere(work: SagaWork<MoveParameters>): z.infer<typeof erased> {
  return work.output('erase', erased);
}
