import { expectDone } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { readText } from '../spec-files/read-spec.js';
import type { Act } from './act.js';

interface PutOptions {
  file: string;
  cell?: string;
}

/** `leasehold twin secret put`: values for the stand-in of Secret Manager; never in an argument, which others of the machine can see. */
export function twinSecretCommands(twin: Command, act: Act): void {
  twin
    .command('secret')
    .description('what stands in for Secret Manager')
    .command('put <tenant> <name>')
    .description(
      "put a tenant's secret into the store, under t-<tenant>-<name>; the value is read from stdin",
    )
    .option('--file <file>', 'read the value from a file; - is stdin', '-')
    .option('--cell <name>', 'the cell whose twin is meant')
    .action(
      act((context, tenant: string, name: string, options: PutOptions) =>
        put(context, secretNameOf(tenant, name), options),
      ),
    );
}

/** The names that a tenant may refer to begin with its namespace, or with `shared-`. */
export function secretNameOf(tenant: string, name: string): string {
  const prefix = `t-${tenant}-`;
  return name.startsWith(prefix) || name.startsWith('shared-') ? name : `${prefix}${name}`;
}

async function put(context: Context, name: string, { file, cell = 'local' }: PutOptions): Promise<void> {
  // A shell ends what it is given with a line break, which is no part of the value.
  const value = (await readText(file)).replace(/\r?\n$/, '');
  const client = await api(context);
  await expectDone(
    client.PUT('/v1/twin/secrets/{name}', { params: { path: { name } }, body: { cell, value } }),
  );
  context.printer.result({ name }, `The secret ${name} is stored; pods that start from now on read it.`);
}
