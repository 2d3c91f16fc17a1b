import {
  checkPolicy,
  namespaceOf,
  tenantStackInput,
  type KubernetesObject,
  type TenantStackInput,
} from '@leasehold/stacks';
import { AppError } from '../../platform/app-error.js';
import { jsonObject, type JsonObject } from '../../platform/json.js';
import type { SagaStep, SagaWork } from '../../operations/saga.js';
import { z } from 'zod';
import type { Tenant } from '../../tenants/tenants.service.js';
import type { RenderedChart } from '../chart-renderer.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import type { WhichSpec } from '../tenant-facts.js';
import {
  noWorkload,
  tenantChartValues,
  tenantStackInputOf,
  type StackFacts,
  type TenantFacts,
} from '../tenant-stack.js';

const planned = z.object({ input: jsonObject });

type Presence = TenantStackInput['presence'];
/** Or what follows from the tenant as it is when the step begins. */
type WantedPresence = Presence | ((tenant: Tenant) => Presence);

/** Works out what the tenant's stack must be, and changes nothing. */
export function planStep(
  services: ProvisioningServices,
  { presence: wanted, spec = 'running' }: { readonly presence: WantedPresence; readonly spec?: WhichSpec },
): SagaStep<TenantParameters> {
  return {
    name: 'plan',
    act: async ({ ctx, parameters, signal, progress }) => {
      const facts = await services.facts.read(ctx, parameters.tenantId, spec);
      const presence = typeof wanted === 'function' ? wanted(facts.tenant) : wanted;
      const { workload, input } = await planStack(services, facts, presence, signal);
      progress.say(
        presence === 'withdrawn'
          ? 'no workload'
          : `${workload.objects.length} objects, ${workload.digest.slice(0, 19)}`,
      );
      return { digest: workload.digest, input };
    },
  };
}

/**
 * The release's chart rendered with the tenant's values, past the policy gate, and the stack's input with it. What is withdrawn
 * has no workload, so its chart is not rendered.
 */
export async function planStack(
  services: Pick<ProvisioningServices, 'charts'>,
  facts: TenantFacts,
  presence: Presence,
  signal: AbortSignal,
): Promise<{ workload: RenderedChart; input: JsonObject }> {
  const planned = await renderStack(services, facts, presence, signal);
  refuseFindings(planned.workload.objects, namespaceOf(facts.tenant.slug));
  return planned;
}

/** The same before the policy gate. */
export async function renderStack(
  { charts }: Pick<ProvisioningServices, 'charts'>,
  facts: StackFacts,
  presence: Presence,
  signal: AbortSignal,
): Promise<{ workload: RenderedChart; input: JsonObject }> {
  const namespace = namespaceOf(facts.tenant.slug);
  const workload =
    presence === 'withdrawn'
      ? noWorkload
      : await charts.render({ release: 'app', namespace, values: tenantChartValues(facts), signal });
  const input = tenantStackInput.parse(tenantStackInputOf(facts, workload, presence));
  return { workload, input: jsonObject.parse(input) };
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
