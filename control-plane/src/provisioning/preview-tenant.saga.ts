import { checkPolicy, namespaceOf } from '@leasehold/stacks';
import { z } from 'zod';
import { defineSaga, type Saga, type SagaStep } from '../operations/saga.js';
import { jsonObject } from '../platform/json.js';
import { previewedTenant } from '../tenants/previewed-tenant.js';
import type { RunEvent } from '../stack-runner/stack-run.js';
import { monthlyCost } from './monthly-cost.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { runStack } from './run-stack.js';
import { renderStack } from './steps/plan.step.js';
import { tenantStack } from './tenant-stack.js';

const parameters = z.strictObject({ tenant: previewedTenant });
type Parameters = z.infer<typeof parameters>;

const planned = z.object({ input: jsonObject, findings: z.array(jsonObject), cost: jsonObject });
const previewed = z.object({ resources: z.array(jsonObject) });

/** What an onboarding would make: the whole plan under the real engine, with nothing written to the cloud or to the state. */
export function previewTenantSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'preview',
    parameters,
    noRollback: 'A preview changes nothing, so there is nothing to roll back.',
    steps: [planStep(services), previewStep(services)],
    result: (work) => {
      const { findings, cost } = work.output('plan', planned);
      return { resources: work.output('preview', previewed).resources, findings, cost };
    },
  });
}

function planStep(services: ProvisioningServices): SagaStep<Parameters> {
  return {
    name: 'plan',
    act: async ({ ctx, parameters: { tenant }, signal, progress }) => {
      const facts = await services.facts.around(ctx, tenant);
      const { workload, input } = await renderStack(services, facts, 'live', signal);
      const findings = checkPolicy(workload.objects, namespaceOf(tenant.slug));
      progress.say(`${workload.objects.length} objects, ${findings.length} findings of the policy gate`);
      return {
        input,
        findings: findings.map(({ object, message }) => ({ object, message })),
        cost: monthlyCost(facts.release, facts.plan),
      };
    },
  };
}

function previewStep({ stacks }: ProvisioningServices): SagaStep<Parameters> {
  return {
    name: 'preview',
    act: async (work) => {
      const stack = tenantStack(work.parameters.tenant.id);
      const program = { name: 'tenant', input: work.output('plan', planned).input } as const;
      const resources = new Map<string, { urn: string; type: string; name: string; op: string }>();
      const note = (event: RunEvent): void => {
        if (event.kind !== 'resource') return;
        const { urn, type, name, op } = event;
        resources.set(urn, { urn, type, name, op });
      };
      try {
        await runStack(stacks, work, { stack, command: 'preview', program, onEvent: note });
      } finally {
        await stacks.removeStack(stack);
      }
      return { resources: [...resources.values()] };
    },
  };
}
