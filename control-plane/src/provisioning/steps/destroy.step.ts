import { tenantStackInput } from '@leasehold/stacks';
import { jsonObject } from '../../platform/json.js';
import type { SagaStep, StepWork } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { runStack } from '../run-stack.js';
import { noWorkload, tenantStack, tenantStackInputOf, type TenantFacts } from '../tenant-stack.js';

/**
 * Destroys everything that the tenant's stack holds and forgets the stack. With the workload gone its prefix is taken out of
 * use and its hostnames are given back, so that nobody writes while the rows are erased.
 */
export function destroyStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  const { facts, tenants } = services;
  return {
    name: 'destroy',
    act: async (work) => {
      await destroyStack(services, work, await facts.read(work.ctx, work.parameters.tenantId));
      return undefined;
    },
    record: async (tx, { parameters }) => {
      await tenants.release(tx, parameters.tenantId, 'revoked');
      return undefined;
    },
  };
}

/** Destroys what a tenant's stack holds in the cell of the facts, and forgets the stack; repeated, it does nothing. */
export async function destroyStack(
  { stacks }: Pick<ProvisioningServices, 'stacks'>,
  work: StepWork<TenantParameters>,
  facts: TenantFacts,
): Promise<void> {
  const input = tenantStackInput.parse(
    // Hostnames may be given back already, when this is a second attempt; a stack's input needs one.
    tenantStackInputOf({ ...facts, tenant: withHostname(facts.tenant) }, noWorkload, 'withdrawn'),
  );
  const stack = tenantStack(facts.tenant.id);
  await runStack(stacks, work, {
    stack,
    command: 'destroy',
    program: { name: 'tenant', input: jsonObject.parse(input) },
  });
  await stacks.removeStack(stack);
}

function withHostname<T extends { hostnames: readonly string[]; slug: string; cellDomain: string }>(
  tenant: T,
): T {
  return tenant.hostnames.length > 0
    ? tenant
    : { ...tenant, hostnames: [`${tenant.slug}.${tenant.cellDomain}`] };
}
