import { z } from 'zod';
import { AppError } from '../../../platform/app-error.js';
import type { SagaStep, SagaWork, StepWork } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { targetCall } from '../../target-call.js';
import { eraseAndProve } from '../erase.step.js';

/** A large tenant takes hours. */
const timeoutMs = 12 * 3_600_000;

/** Writes what the archive has below the same prefix of the new cell; undone, nothing of it is left there. */
export function writeRowsStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { moves, targets } = services;
  return {
    name: 'write',
    timeoutMs,
    act: async (work) => {
      const { ctx, parameters, signal, progress } = work;
      const { tenantId, archiveId, from, to: cell } = parameters;
      if (moves.sharesRows(from, cell)) return { shared: true };
      const prefix = await prefixOf(services, work);
      const said = (rows: number): void => progress.say(`${rows} rows written`);
      const into = { tenantId, archiveId, prefix, cell };
      const rows = await targetCall('write the rows into the new cell', () =>
        moves.writeRows(ctx, into, signal, said),
      );
      return { rows };
    },
    undo: async (work) => {
      const { from, to } = work.parameters;
      if (!moves.sharesRows(from, to)) await eraseAndProve(targets.of(to), await prefixOf(services, work));
    },
  };
}

/** Reads both cells to their ends: what is there must be, byte for byte, what is here. */
export function compareRowsStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { moves } = services;
  return {
    name: 'compare',
    timeoutMs,
    act: async (work) => {
      const { from, to } = work.parameters;
      const prefix = await prefixOf(services, work);
      const digest = (cell: string) =>
        targetCall(`read the rows of the cell ${cell}`, () => moves.digest(cell, prefix, work.signal));
      const before = await digest(from);
      const after = moves.sharesRows(from, to) ? before : await digest(to);
      if (before.sha256 !== after.sha256) throw rowsDiffer(before.rows, after.rows, prefix);
      work.progress.say(`${after.rows} rows, ${after.sha256.slice(0, 12)} in both cells`);
      return { ...after };
    },
  };
}

const compared = z.object({ rows: z.number(), sha256: z.string() });

/** How many rows were the same in both cells. */
export function comparedRows(work: SagaWork<MoveParameters>): number {
  return work.output('compare', compared).rows;
}

export async function prefixOf(
  { facts }: Pick<ProvisioningServices, 'facts'>,
  { ctx, parameters: { tenantId } }: StepWork<MoveParameters>,
): Promise<string> {
  const { tenant } = await facts.read(ctx, tenantId);
  if (tenant.rowKeyPrefix !== null) return tenant.rowKeyPrefix;
  throw new AppError('conflict', 'no_rows', {
    publicMessage: `The tenant "${tenant.slug}" has no rows: no prefix was reserved for it.`,
  });
}

function rowsDiffer(before: number, after: number, resource: string): AppError {
  return new AppError('conflict', 'rows_differ', {
    publicMessage: `The old cell has ${before} rows and the new one ${after}, or others: something wrote while they were copied. Move the tenant again.`,
    resource,
    logLevel: 'error',
  });
}
