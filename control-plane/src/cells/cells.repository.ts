import type { JsonObject } from '../platform/json.js';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { CellView, NewCell } from './cell.schema.js';

/** A cell and what its stacks gave. */
export interface Cell extends CellView {
  readonly outputs: JsonObject;
}

interface CellRow extends NewCell {
  readonly id: string;
  readonly state: CellView['state'];
  readonly outputs: JsonObject;
  readonly tenants: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/**
 * The places that are taken in a cell: by its tenants, and by those on their way to it. Two counts, since each has an index and their `or`
 * would have none.
 */
const taken = (cell: string): string => `(
    (select count(*) from leasehold.tenants t where t.cell = ${cell} and t.state <> 'deleted')
    + (select count(*) from leasehold.tenants t where t.moving_to = ${cell} and t.cell <> ${cell} and t.state <> 'deleted'))`;

const select = `select c.*, ${taken('c.name')} as tenants from leasehold.cells c`;

export class CellsRepository {
  /** @returns false when the name is taken. */
  async insert(tx: Tx, id: string, cell: NewCell): Promise<boolean> {
    const made = await row(
      tx,
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning 1`,
      [id, cell.name, cell.environment, cell.region, cell.target, cell.domain, cell.capacity],
    );
    return made !== undefined;
  }

  async find(tx: Tx, name: string): Promise<Cell | undefined> {
    const found = await row<CellRow>(tx, `${select} where c.name = $1`, [name]);
    return found && toCell(found);
  }

  /** The named cell, or every ready one. */
  async candidates(tx: Tx, name: string | undefined): Promise<Cell[]> {
    const found = await rows<CellRow>(
      tx,
      `${select} where ($1::text is null and c.state = 'ready') or c.name = $1 order by c.name`,
      [name ?? null],
    );
    return found.map(toCell);
  }

  /**
   * Whether the tenants of a cell, those of this transaction with them, are within its capacity. Nobody else's tenant joins
   * them before the transaction ends. The lock lets rows that refer to the cell be written.
   */
  async holds(tx: Tx, name: string): Promise<boolean> {
    await rows(tx, 'select 1 from leasehold.cells where name = $1 for no key update', [name]);
    // A statement of its own: it sees what was committed while the lock was waited for.
    const { holds } = await onlyRow<{ holds: boolean }>(
      tx,
      `select ${taken('$1')} <= capacity as holds from leasehold.cells where name = $1`,
      [name],
    );
    return holds;
  }

  async page(tx: Tx, request: ListRequest): Promise<Page<Cell>> {
    return mapPage(await request.page<CellRow>(tx, { sql: select }), toCell);
  }

  async readyNames(tx: Tx): Promise<string[]> {
    const sql = `select name from leasehold.cells where state = 'ready' order by name`;
    return (await rows<{ name: string }>(tx, sql)).map(({ name }) => name);
  }

  /** The oldest cell of the domain that a cell has. */
  async firstOfDomain(tx: Tx, name: string): Promise<string | undefined> {
    const found = await row<{ name: string }>(
      tx,
      `select name from leasehold.cells where domain = (select domain from leasehold.cells where name = $1)
       order by created_at, id limit 1`,
      [name],
    );
    return found?.name;
  }

  async domains(tx: Tx): Promise<string[]> {
    return (await rows<{ domain: string }>(tx, 'select distinct domain from leasehold.cells')).map(
      ({ domain }) => domain,
    );
  }

  async setState(
    tx: Tx,
    name: string,
    state: CellView['state'],
    outputs: JsonObject | undefined,
  ): Promise<void> {
    await rows(
      tx,
      `update leasehold.cells set state = $2, outputs = coalesce($3, outputs), updated_at = now() where name = $1`,
      [name, state, outputs === undefined ? null : JSON.stringify(outputs)],
    );
  }
}

function toCell(found: CellRow): Cell {
  return {
    id: found.id,
    name: found.name,
    environment: found.environment,
    region: found.region,
    target: found.target,
    domain: found.domain,
    capacity: found.capacity,
    tenants: Number(found.tenants),
    state: found.state,
    outputs: found.outputs,
    createdAt: found.created_at.toISOString(),
    updatedAt: found.updated_at.toISOString(),
  };
}
