import { unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { defined, wholeNumber } from '../option-values.js';
import type { Act } from './act.js';

interface LogsOptions {
  follow?: boolean;
  tail?: number;
  cell?: string;
}

/** `leasehold twin logs`: what pods print. */
export function twinLogsCommand(twin: Command, act: Act): void {
  twin
    .command('logs <pod-or-slug>')
    .description('print what a pod, or each pod of a client, has printed')
    .option('--follow', 'go on with what is printed from now on, until Ctrl-C')
    .option('--tail <lines>', 'how many of the last lines', wholeNumber(0, 10_000))
    .option('--cell <name>', 'the cell whose twin is meant')
    .action(act((context, which: string, options: LogsOptions) => logs(context, which, options)));
}

async function logs(context: Context, which: string, options: LogsOptions): Promise<void> {
  const client = await api(context);
  const { items } = await unwrap(
    client.GET('/v1/twin/pods', { params: { query: defined({ cell: options.cell }) } }),
  );
  const ofClient = items.filter(({ namespace }) => namespace === `t-${which}`).map(({ name }) => name);
  const pods = ofClient.length > 0 ? ofClient : [which];
  await Promise.all(pods.map((pod) => print(context, pod, pods.length > 1, options)));
}

async function print(
  context: Context,
  name: string,
  several: boolean,
  { follow, tail, cell }: LogsOptions,
): Promise<void> {
  const { signal } = context;
  const query = defined({ cell, tail, follow: follow === true ? ('true' as const) : undefined });
  try {
    const stream: ReadableStream<Uint8Array> | null = await unwrap(
      (await api(context)).GET('/v1/twin/pods/{name}/log', {
        params: { path: { name }, query },
        parseAs: 'stream',
        signal,
      }),
    );
    const prefix = several ? `${name} | ` : '';
    if (stream === null) return;
    for await (const line of lines(stream)) context.streams.out.write(`${prefix}${line}\n`);
  } catch (error) {
    // Ctrl-C is how following ends.
    if (!signal.aborted) throw error;
  }
}

/** Whole lines, so that those of several pods do not run into each other. */
async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
