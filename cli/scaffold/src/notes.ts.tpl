import { randomUUID } from 'node:crypto';
import { rowKey, type TenantData } from '@leasehold/tenant-data';

const table = '__TABLE__';
const text = 'n:text';

/** Notes in rows `<prefix>#note#<id>`. */
export class Notes {
  constructor(
    private readonly data: TenantData,
    private readonly prefix: string,
  ) {}

  /** Keeps a note; resolves with its id when it is durable. @throws DataUnavailableError, OutcomeUnknownError */
  async add(note: string): Promise<string> {
    const id = randomUUID();
    await this.data.put(table, rowKey(this.prefix, 'note', id), { [text]: note });
    return id;
  }

  /** The text of a note; undefined when there is none. @throws DataUnavailableError */
  async find(id: string): Promise<string | undefined> {
    const row = await this.data.get(table, rowKey(this.prefix, 'note', id));
    return row?.cells.get(text)?.toString('utf8');
  }
}
