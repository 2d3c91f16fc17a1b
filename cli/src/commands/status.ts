import { createApiClient, unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import type { z } from 'zod';
import { apiAddress, fetchUntil, type Context } from '../context.js';
import { readiness } from '../doctor/check-api.js';
import type { Act } from './act.js';

/** `leasehold status`, `metrics`, `openapi`: what the API tells about itself, without a key. */
export function statusCommands(program: Command, act: Act): void {
  program
    .command('status')
    .description('whether the API lives and can take work; exits 1 when it cannot')
    .action(act((context) => status(context)));

  program
    .command('metrics')
    .description('print the measurements, in the format of Prometheus')
    .action(act((context) => metrics(context)));

  program
    .command('openapi')
    .description('print the OpenAPI document')
    .action(act((context) => openapi(context)));
}

function publicClient(context: Context): ReturnType<typeof createApiClient> {
  return createApiClient({ baseUrl: apiAddress(context), fetch: fetchUntil(context.signal) });
}

type Part = z.output<typeof readiness>['parts'][number];

async function status(context: Context): Promise<void> {
  const client = publicClient(context);
  await unwrap(client.GET('/healthz'));
  const { data, error } = await client.GET('/readyz');
  const { data: state } = readiness.safeParse(data ?? error);
  if (state === undefined) throw new Error(`${apiAddress(context)} does not say whether it is ready.`);
  if (context.printer.json) context.printer.result(state, '');
  else context.printer.list(state.parts, columns, 'It has no parts.');
  if (!state.ready) throw new Error('The API lives and cannot take work yet.');
}

const columns = [
  { title: 'part', value: ({ name }: Part) => name },
  { title: 'ready', value: ({ ready }: Part) => ready },
  { title: 'because', value: ({ message }: Part) => message },
];

async function metrics(context: Context): Promise<void> {
  const text = await unwrap(publicClient(context).GET('/metrics', { parseAs: 'text' }));
  context.streams.out.write(text);
}

async function openapi(context: Context): Promise<void> {
  const document = await unwrap(publicClient(context).GET('/openapi.json'));
  context.streams.out.write(`${JSON.stringify(document, undefined, 2)}\n`);
}
