import { checkPolicy, namespaceOf, tenantStackInput, type KubernetesObject } from '@leasehold/stacks';
import { AppError } from '../../platform/app-error.js';
import { jsonObject } from '../../platform/json.js';
import type { SagaStep, SagaWork } from '../../operations/saga.js';
import { z } from 'zod';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { noWorkload, tenantChartValues, tenantStackInputOf } from '../tenant-stack.js';

const planned = z.object({ input: jsonObject });

/**
 * Works out what the tenant's stack must be, and changes nothing: the release's chart rendered with the tenant's values,
 * past the policy gate. A suspended tenant has no workload, so its chart is not rendered.
 */
export function planStep(
  { facts: reader, charts }: ProvisioningServices,
  { suspended }: { readonly suspended: boolean },
): SagaStep<TenantParameters> {
  return {
    name: 'plan',
    act: async ({ ctx, parameters, signal, progress }) => {
      const facts = await reader.read(ctx, parameters.tenantId);
      const namespace = namespaceOf(facts.tenant.slug);
      const workload = suspended
        ? noWorkload
        : await charts.render({ release: 'app', namespace, values: tenantChartValues(facts), signal });
      refuseFindings(workload.objects, namespace);
      const input = tenantStackInput.parse(tenantStackInputOf(facts, workload, { suspended }));
      progress.say(
        suspended ? 'no workload' : `${workload.objects.length} objects, ${workload.digest.slice(0, 19)}`,
      );
      return { digest: workload.digest, input: jsonObject.parse(input) };
    },
  };
}

/** The stack's input that the plan step has worked out. */
export function plannedInput(work: SagaWork<TenantParameters>): z.infer<typeof jsonObject> {
  return work.output('plan', planned).input;
}

export function plannedInputIfAny(work: SagaWork<TenantParameters>): z.infer<typeof jsonObject> | undefined {
  return work.outputIfAny('plan', planned)?.input;
}

function refuseFindings(objects: readonly KubernetesObject[], namespace: string): void {
  const findings = checkPolicy(objects, namespace);
  const [first] = findings;
  if (!first) return;
  const all = findings.map(({ object, message }) => `${object} ${message}`).join('; ');
  throw new AppError('not_allowed', 'policy_refused', {
    publicMessage: `The release's chart may not be applied: ${all}.`,
    resource: first.object,
  });
}
