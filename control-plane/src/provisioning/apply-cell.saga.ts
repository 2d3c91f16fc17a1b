import { z } from 'zod';
import { AppError } from '../platform/app-error.js';
import { defineSaga, type Saga, type StepWork } from '../operations/saga.js';
import { jsonObject, type JsonObject } from '../platform/json.js';
import type { Cell } from '../cells/cells.service.js';
import { readTableDefinitions, type TableDefinition } from '@leasehold/tenant-data/tables';
import { cellGround } from './cell-ground.js';
import { cellParameters, type CellParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { runStack } from './run-stack.js';
import { targetCall } from './target-call.js';

/** The tables that all tenants share, as data. */
const tablesFile = new URL('../../../migrations/bigtable/tables.json', import.meta.url);

const applied = z.object({ outputs: jsonObject });

const pushed = z.object({ reference: z.string() });

type Services = Pick<
  ProvisioningServices,
  'cells' | 'stacks' | 'uow' | 'targets' | 'catalog' | 'holdingPageImage'
>;

/** Makes what the tenants of a cell share: the zone of its domain, then the cell's own stack; then the cell is ready. */
export function applyCellSaga({ uow, cells, stacks, targets, catalog, holdingPageImage }: Services): Saga {
  const cellOf = ({ ctx, parameters }: StepWork<CellParameters>): Promise<Cell> =>
    uow.run(ctx, (tx) => cells.require(tx, parameters.cell));

  const applyPlatform = async (work: StepWork<CellParameters>): Promise<JsonObject> => {
    const cell = await cellOf(work);
    refuseSecondDomain(cell, await uow.run(work.ctx, (tx) => cells.domains(tx)));
    const { outputs } = await runStack(stacks, work, {
      stack: { project: 'leasehold-platform', name: 'default' },
      command: 'up',
      refresh: true,
      program: { name: 'platform', input: platformInput(cell) },
    });
    return { outputs };
  };

  const pushHoldingPage = async (work: StepWork<CellParameters>): Promise<JsonObject> => {
    const { name } = await cellOf(work);
    const { reference } = await targetCall('push the image of the holding page', () =>
      targets.of(name).pushImage(holdingPageImage),
    );
    return { reference };
  };

  const applyCell = async (work: StepWork<CellParameters>): Promise<JsonObject> => {
    const holdingPageImage = work.output('image', pushed).reference;
    const shared = {
      holdingPageImage,
      tables: await readTableDefinitions(tablesFile),
      ...(await uow.run(work.ctx, async (tx) => ({
        rateLimits: await catalog.rateLimits(tx),
        keepBackupsDays: await catalog.keepBackupsDays(tx),
        provesDomain: await cells.provesDomain(tx, work.parameters.cell),
      }))),
    };
    const { outputs } = await runStack(stacks, work, {
      stack: { project: 'leasehold-cell', name: work.parameters.cell },
      command: 'up',
      refresh: true,
      program: { name: 'cell', input: cellInput(await cellOf(work), shared) },
    });
    return { outputs };
  };

  return defineSaga({
    kind: 'cell.apply',
    parameters: cellParameters,
    noRollback: 'Tenants may live in the cell already; resume the operation instead.',
    steps: [
      { name: 'platform', act: applyPlatform },
      { name: 'image', act: pushHoldingPage },
      { name: 'cell', act: applyCell },
      {
        name: 'ready',
        record: async (tx, work) => {
          const outputs = {
            ...work.output('cell', applied).outputs,
            ...work.output('platform', applied).outputs,
          };
          await cells.setState(tx, work.parameters.cell, 'ready', outputs);
          return undefined;
        },
      },
    ],
    follow: async (tx, { parameters: { cell } }, { to }) => {
      if (to !== 'failed' && to !== 'cancelled') return;
      // A cell that was ready serves on: what its tenants need is still there.
      const { state } = await cells.require(tx, cell);
      if (state !== 'ready') await cells.setState(tx, cell, 'failed');
    },
  });
}

/** The platform has one stack with one zone; a second domain in it would replace the first, with every name below it. */
function refuseSecondDomain({ name, domain }: Cell, domains: readonly string[]): void {
  const other = domains.find((known) => known !== domain);
  if (other === undefined) return;
  throw new AppError('not_allowed', 'second_domain', {
    publicMessage: `The cell ${name} has the domain ${domain}, but the platform's zone is ${other}; this version has one zone.`,
    resource: name,
  });
}

function platformInput(cell: Cell): JsonObject {
  return { domain: cell.domain, gcpProject: cellGround(cell).gcpProject };
}

/** What a cell's stack follows from besides the cell. */
interface Shared {
  readonly provesDomain: boolean;
  readonly holdingPageImage: string;
  readonly rateLimits: readonly number[];
  readonly tables: readonly TableDefinition[];
  readonly keepBackupsDays: number | null;
}

function cellInput(
  cell: Cell,
  { holdingPageImage, rateLimits, tables, keepBackupsDays, provesDomain }: Shared,
): JsonObject {
  const { name, environment, domain, region } = cell;
  const { gcpProject, bigtableInstance: instance } = cellGround(cell);
  const bigtable = { instance, tables, keepBackupsDays };
  return jsonObject.parse({
    ...{
      name,
      environment,
      domain,
      region,
      gcpProject,
      holdingPageImage,
      rateLimits,
      bigtable,
      provesDomain,
    },
  });
}
