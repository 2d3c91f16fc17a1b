import { unwrap, type RowMigrations } from '@leasehold/api-client';
import { api, type Context } from '../context.js';

type Migration = RowMigrations['migrations'][number];

const columns = [
  { title: 'migration', value: ({ id }: Migration) => id },
  { title: 'state', value: ({ state }: Migration) => state.replace('_', ' ') },
  { title: 'rows', value: ({ rows }: Migration) => rows },
  { title: 'changed', value: ({ changed }: Migration) => changed },
  { title: 'last page', value: ({ at }: Migration) => at ?? '' },
];

/** `leasehold tenants migrations`: how far each migration of rows is with a tenant. */
export async function rowMigrations(context: Context, id: string): Promise<void> {
  const call = (await api(context)).GET('/v1/tenants/{id}/migrations', { params: { path: { id } } });
  const answer = await unwrap(call);
  if (context.printer.json) context.printer.result(answer, '');
  else context.printer.list(answer.migrations, columns, 'There are no migrations.');
}
