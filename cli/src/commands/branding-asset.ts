import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { unwrap } from '@leasehold/api-client';
import { Argument, type Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';

/** `leasehold branding asset ...`: a client's pictures. */
export function brandingAssetCommands(branding: Command, act: Act): void {
  const asset = branding.command('asset').description("a client's pictures");

  asset
    .command('set <tenant>')
    .addArgument(new Argument('<slot>').choices(['logo', 'favicon']))
    .argument('<file>', 'an SVG or PNG')
    .description('hand in a picture; it is cleaned, and used once a branding names it')
    .action(act((context, id: string, slot: string, file: string) => set(context, id, slot, file)));

  asset
    .command('get <tenant> <name>')
    .description('write a picture into a file')
    .requiredOption('--output <file>', 'where')
    .action(
      act((context, id: string, name: string, { output }: { output: string }) =>
        get(context, id, name, output),
      ),
    );
}

const contentTypes: Readonly<Record<string, string>> = { '.svg': 'image/svg+xml', '.png': 'image/png' };

async function set(context: Context, id: string, slot: string, file: string): Promise<void> {
  const contentType = contentTypes[extname(file).toLowerCase()];
  if (contentType === undefined) throw new UsageError(`${file} must be an .svg or a .png.`);
  const picture = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const client = await api(context);
  const call = client.PUT('/v1/tenants/{id}/branding/assets/{asset}', {
    params: { path: { id, asset: slot } },
    // The bytes go as they are; the types know a body of text alone.
    body: '',
    bodySerializer: () => new Blob([new Uint8Array(picture)]),
    headers: { 'content-type': contentType },
  });
  const asset = await unwrap(call);
  const facts = renderFacts([
    ['name', asset.name],
    ['slot', asset.slot],
    ['type', asset.contentType],
    ['bytes', String(asset.bytes)],
    ['removed', asset.removed.join(', ')],
  ]);
  context.printer.result(asset, facts);
}

async function get(context: Context, id: string, asset: string, output: string): Promise<void> {
  const client = await api(context);
  const call = client.GET('/v1/tenants/{id}/branding/assets/{asset}', {
    params: { path: { id, asset } },
    parseAs: 'arrayBuffer',
  });
  const picture = Buffer.from(await unwrap(call));
  await writeFile(output, picture);
  context.printer.result({ file: output, bytes: picture.length }, `${output}: ${picture.length} bytes`);
}
