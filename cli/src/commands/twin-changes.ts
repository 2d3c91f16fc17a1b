import { expectDone, unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { parameterValues } from '../option-values.js';
import { UsageError } from '../exit-code.js';
import type { Act } from './act.js';

interface SetOptions {
  scope?: string;
  remove?: boolean;
  cell?: string;
}

/** `leasehold twin set` and `leasehold twin cache invalidate`: changes behind the platform's back. */
export function twinChangeCommands(twin: Command, act: Act): void {
  twin
    .command('set <type> <name> <path=value>')
    .description("write one field behind the platform's back, such as spec.replicas=3; reconcile mends it")
    .option('--scope <scope>', 'its namespace, project or bucket')
    .option('--remove', 'take the field away instead; then only its path is given')
    .option('--cell <name>', 'the cell whose twin is meant')
    .action(
      act((context, type: string, name: string, change: string, options: SetOptions) =>
        set(context, { type, name, change }, options),
      ),
    );

  twin
    .command('cache')
    .description('what its edge keeps of answers')
    .command('invalidate <host>')
    .description('let the edge forget what it keeps of a hostname')
    .option('--path <path>', 'one path, or with * at its end all that begin so; all when left out')
    .option('--cell <name>', 'the cell whose twin is meant')
    .action(
      act((context, host: string, options: { path?: string; cell?: string }) =>
        invalidate(context, host, options),
      ),
    );
}

async function set(
  context: Context,
  { type, name, change }: { type: string; name: string; change: string },
  { scope = '', cell = 'local', remove }: SetOptions,
): Promise<void> {
  const fields = Object.entries(remove === true ? { [change]: undefined } : parameterValues([change]));
  const [path, value] = fields[0] ?? [];
  if (path === undefined) throw new UsageError(`${change} is not path=value.`);
  const body = { type, name, scope, cell, path, ...(value === undefined ? {} : { value }) };
  const changed = await unwrap((await api(context)).PATCH('/v1/twin/inventory', { body }));
  context.printer.result(changed, `${type} ${name} is changed (generation ${changed.generation}).`);
}

async function invalidate(
  context: Context,
  host: string,
  { path = '/*', cell = 'local' }: { path?: string; cell?: string },
): Promise<void> {
  await expectDone((await api(context)).POST('/v1/twin/cache:invalidate', { body: { host, path, cell } }));
  context.printer.result({ host, path, invalidated: true }, `The edge forgets ${host}${path}.`);
}
