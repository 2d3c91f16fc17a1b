import { unwrap, type Usage } from '@leasehold/api-client';
import { Option, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined } from '../option-values.js';
import type { Act } from './act.js';

interface UsageOptions {
  from?: string;
  to?: string;
  per?: 'hour' | 'day' | 'month';
  csv?: boolean;
}

/** `leasehold usage` */
export function usageCommand(program: Command, act: Act): void {
  program
    .command('usage <tenant>')
    .description('show what a tenant has used')
    .option('--from <time>', 'the first moment; the first of this month unless given')
    .option('--to <time>', 'the moment behind the last; now unless given')
    .addOption(new Option('--per <period>', 'how long a period is').choices(['hour', 'day', 'month']))
    .option('--csv', 'print CSV')
    .action(act((context, id: string, options: UsageOptions) => usage(context, id, options)));
}

async function usage(context: Context, id: string, { csv, ...asked }: UsageOptions): Promise<void> {
  const params = { path: { id }, query: defined(asked) };
  const client = await api(context);
  if (csv === true) {
    const call = client.GET('/v1/tenants/{id}/usage.csv', { params, parseAs: 'text' });
    context.streams.out.write(await unwrap(call));
    return;
  }
  const used = await unwrap(client.GET('/v1/tenants/{id}/usage', { params }));
  if (context.printer.json) context.printer.result(used, '');
  else context.printer.list(used.items, columns, 'Nothing was used in this time.');
}

type Period = Usage['items'][number];

const columns = [
  { title: 'period', value: ({ period }: Period) => period },
  { title: 'requests', value: ({ requests }: Period) => requests },
  { title: 'errors', value: ({ errors }: Period) => errors },
  { title: 'bytes in', value: ({ requestBytes }: Period) => requestBytes },
  { title: 'bytes out', value: ({ responseBytes }: Period) => responseBytes },
  { title: 'pod seconds', value: ({ podSeconds }: Period) => Math.round(podSeconds) },
  { title: 'data calls', value: ({ dataCalls }: Period) => dataCalls },
  { title: 'rows read', value: ({ rowsRead }: Period) => rowsRead },
  { title: 'rows written', value: ({ rowsWritten }: Period) => rowsWritten },
  { title: 'bytes written', value: ({ bytesWritten }: Period) => bytesWritten },
  { title: 'tokens', value: ({ tokens }: Period) => tokens },
];
