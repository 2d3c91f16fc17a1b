import { AppError } from '../../platform/app-error.js';
import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';

/** Confirms where the tenant lives: the cell was chosen, and its room taken, when the tenant was accepted. */
export function placeStep({ tenants, cells }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'place',
    record: async (tx, { parameters, progress }) => {
      const tenant = await tenants.require(tx, parameters.tenantId);
      const cell = await cells.require(tx, tenant.cell);
      if (cell.state !== 'ready') {
        throw new AppError('unavailable', 'cell_not_ready', {
          publicMessage: `The cell ${cell.name} is ${cell.state}.`,
          retryable: true,
          resource: cell.name,
        });
      }
      progress.say(`cell ${cell.name}, edge ${tenant.edgeShard}`);
      return { cell: cell.name, edgeShard: tenant.edgeShard };
    },
  };
}
