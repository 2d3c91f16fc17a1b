import { z } from 'zod';
import type { JsonObject } from '../platform/json.js';
import type { Operation, Step } from './operation.js';
import type { OperationRow, StepRow } from './operations.repository.js';

const measured = z.object({ timings: z.record(z.string(), z.number()) });

/** An operation of the ledger as the API shows it. */
export function showOperation(row: OperationRow, steps: readonly StepRow[]): Operation {
  const done = steps.filter(({ state }) => state === 'succeeded' || state === 'skipped').length;
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    tenantId: row.tenant_id,
    state: row.state,
    progress: { done, total: steps.length },
    steps: steps.map(showStep),
    result: row.ended_at ? { ...row.result, timings: timings(row, steps) } : row.result,
    ...(row.error ? { error: row.error } : {}),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

function showStep(step: StepRow): Step {
  return {
    name: step.name,
    state: step.state,
    startedAt: step.started_at?.toISOString() ?? null,
    endedAt: step.ended_at?.toISOString() ?? null,
    attempts: step.attempts,
    message: step.message,
    resources: step.resources,
  };
}

/**
 * Where the time went, in milliseconds by the database's clock: until a worker began, each step, all of it; and, named
 * `<step>.<part>`, what a step has measured of itself, such as the phases of a Pulumi run.
 */
export function timings(row: OperationRow, steps: readonly StepRow[]): JsonObject {
  const begun = steps.find(({ started_at }) => started_at)?.started_at;
  const each: Record<string, number> = {};
  if (begun) each['queued'] = begun.getTime() - row.created_at.getTime();
  for (const { name, started_at, ended_at, output } of steps) {
    if (started_at && ended_at) each[name] = ended_at.getTime() - started_at.getTime();
    const parts = measured.safeParse(output).data?.timings ?? {};
    for (const [part, ms] of Object.entries(parts)) each[`${name}.${part}`] = ms;
  }
  if (row.ended_at) each['total'] = row.ended_at.getTime() - row.created_at.getTime();
  return each;
}
