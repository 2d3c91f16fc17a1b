import { tenantStackInput } from '@leasehold/stacks';
import { jsonObject } from '../../platform/json.js';
import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { runStack } from '../run-stack.js';
import { noWorkload, tenantStack, tenantStackInputOf } from '../tenant-stack.js';

/**
 * Destroys everything that the tenant's stack holds and forgets the stack. With the workload gone its prefix is taken out of
 * use and its hostnames are given back, so that nobody writes while the rows are erased.
 */
export function destroyStep({
  facts: reader,
  stacks,
  tenants,
}: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'destroy',
    act: async (work) => {
      const { tenantId } = work.parameters;
      const facts = await reader.read(work.ctx, tenantId);
      const input = tenantStackInput.parse(
        // Hostnames may be given back already, when this is a second attempt; a stack's input needs one.
        tenantStackInputOf({ ...facts, tenant: withHostname(facts.tenant) }, noWorkload, 'withdrawn'),
      );
      const stack = tenantStack(tenantId);
      await runStack(stacks, work, {
        stack,
        command: 'destroy',
        program: { name: 'tenant', input: jsonObject.parse(input) },
      });
      await stacks.removeStack(stack);
      return undefined;
    },
    record: async (tx, { parameters }) => {
      await tenants.release(tx, parameters.tenantId, 'revoked');
      return undefined;
    },
  };
}

function withHostname<T extends { hostnames: readonly string[]; slug: string; cellDomain: string }>(
  tenant: T,
): T {
  return tenant.hostnames.length > 0
    ? tenant
    : { ...tenant, hostnames: [`${tenant.slug}.${tenant.cellDomain}`] };
}
