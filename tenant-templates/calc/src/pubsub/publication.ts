import { rowKey, type Column, type TenantData } from '@leasehold/tenant-data';
import * as z from 'zod/mini';

const table = 'calc_events';
const column: Column = 'e:publication';

const stored = z.strictObject({
  /** The process that publishes; null: nobody, whoever wants may. */
  owner: z.nullable(z.string()),
  /** The last place that is published, with all before it. */
  through: z.number().check(z.int(), z.minimum(0)),
});
export type Publication = z.infer<typeof stored>;

/** How far the log is published and by whom, in the row `<prefix>#publication`. */
export class PublicationStore {
  private readonly key: string;

  constructor(
    private readonly data: TenantData,
    prefix: string,
  ) {
    this.key = rowKey(prefix, 'publication');
  }

  async read(): Promise<Publication | undefined> {
    const value = (await this.data.get(table, this.key))?.cells.get(column);
    return value === undefined ? undefined : stored.parse(JSON.parse(value.toString()));
  }

  /** Puts `next` in the place of what was read. @returns false when it is no longer that. */
  replace(seen: Publication | undefined, next: Publication): Promise<boolean> {
    return this.data.compareAndSet(table, this.key, column, seen && text(seen), text(next));
  }
}

function text({ owner, through }: Publication): string {
  return JSON.stringify({ owner, through });
}
