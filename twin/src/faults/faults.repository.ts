import type { Pool } from 'pg';
import { z } from 'zod';
import type { ResourceKey } from '../inventory/resource.js';
import { faultFromRow, type Fault, type FaultDraft, type FaultOperation } from './fault.js';

/** The rules in `twin.faults`. The only way to that table. */
export class FaultRules {
  /** @param pool connections of the database role `leasehold_twin` */
  constructor(private readonly pool: Pool) {}

  async add(draft: FaultDraft): Promise<Fault> {
    const { cell, type, scope, name, operation, fault, delayMs, times, probability, until } = draft;
    const { rows } = await this.pool.query(
      `insert into twin.faults (cell, type, scope, name, operation, fault, delay_ms, times, probability, until)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
      [cell, type, scope, name, operation, fault, delayMs, times, probability, until],
    );
    return faultFromRow(rows[0]);
  }

  /** Oldest first, those that are used up too. */
  async list(cell: string): Promise<Fault[]> {
    const { rows } = await this.pool.query('select * from twin.faults where cell = $1 order by id', [cell]);
    return rows.map(faultFromRow);
  }

  /** False when there is no such rule. */
  async remove(cell: string, id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('delete from twin.faults where cell = $1 and id = $2', [
      cell,
      id,
    ]);
    return rowCount === 1;
  }

  /** Whether any rule of the cell can still apply. */
  async armed(cell: string): Promise<boolean> {
    const { rows } = await this.pool.query({ name: 'faults-armed', text: armedSql, values: [cell] });
    return z.object({ armed: z.boolean() }).parse(rows[0]).armed;
  }

  /** The oldest rule that this call falls under, counted as applied. Each of `times` is given out once, whoever asks. */
  async take(key: ResourceKey, operation: FaultOperation): Promise<Fault | undefined> {
    const values = [key.cell, key.type, key.scope, key.name, operation];
    const { rows } = await this.pool.query({ name: 'faults-take', text: takeSql, values });
    return rows.length === 0 ? undefined : faultFromRow(rows[0]);
  }
}

const alive = `(until is null or until > now()) and (times is null or taken < times)`;

const armedSql = `select exists (select from twin.faults where cell = $1 and ${alive}) as armed`;

/** The lock makes two calls at once take turns: the second sees what the first has counted. */
const takeSql = `
  update twin.faults set taken = taken + 1 where id = (
    select id from twin.faults
    where cell = $1 and operation = $5 and ${alive}
      and (type is null or type = $2) and (scope is null or scope = $3) and (name is null or name = $4)
      and random() < probability
    order by id limit 1 for update)
  and ${alive}
  returning *`;
