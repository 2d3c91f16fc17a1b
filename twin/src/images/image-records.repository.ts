import type { Pool } from 'pg';
import { z } from 'zod';

const imageRow = z.object({
  digest: z.string(),
  repository: z.string(),
  reference: z.string(),
  folder: z.string(),
});

/** An image that was pushed. `folder` is its name below `<data dir>/twin/images`. */
export type ImageRecord = z.infer<typeof imageRow>;

/** The only way to `twin.images`. */
export class ImageRecords {
  constructor(private readonly pool: Pool) {}

  async save({ digest, repository, reference, folder }: ImageRecord): Promise<void> {
    await this.pool.query(
      `insert into twin.images (digest, repository, reference, folder, pushed_at) values ($1, $2, $3, $4, now())
       on conflict (digest) do nothing`,
      [digest, repository, reference, folder],
    );
  }

  async find(reference: string): Promise<ImageRecord | undefined> {
    const { rows } = await this.pool.query(
      'select digest, repository, reference, folder from twin.images where reference = $1',
      [reference],
    );
    return rows.length === 0 ? undefined : imageRow.parse(rows[0]);
  }
}
