import {
  expectDone,
  unwrap,
  unwrapWithResponse,
  type BrandingDraft,
  type BrandingSpec,
} from '@leasehold/api-client';
import type { Command } from 'commander';
import { confirm } from '../confirm.js';
import { api, type Context } from '../context.js';
import { wholeNumber } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import { readSpec } from '../spec-files/read-spec.js';
import type { Act } from './act.js';

/** `leasehold branding draft ...`: what a client's pages may look like tomorrow. */
export function brandingDraftCommands(branding: Command, act: Act): void {
  const draft = branding.command('draft').description('prepare a branding before it is shown');

  draft
    .command('get <tenant>')
    .description('show the draft; what is shown on the pages when there is none')
    .action(act((context, id: string) => get(context, id)));

  draft
    .command('set <tenant>')
    .description('save a draft')
    .requiredOption('--file <file>', 'the whole branding as JSON or YAML (- is standard input)')
    .action(act((context, id: string, { file }: { file: string }) => set(context, id, file)));

  draft
    .command('preview <tenant>')
    .description("make a link that shows the draft on the client's page")
    .option('--minutes <number>', 'how long it works', wholeNumber(1, 100_000))
    .action(act((context, id: string, options: { minutes?: number }) => preview(context, id, options)));

  draft
    .command('publish <tenant>')
    .description('show the draft on the pages')
    .action(act((context, id: string) => publish(context, id)));

  draft
    .command('discard <tenant>')
    .description('throw the draft away')
    .option('--yes', 'do not ask')
    .action(act((context, id: string, options: { yes?: boolean }) => discard(context, id, options)));
}

async function readDraft(
  context: Context,
  id: string,
): Promise<{ draft: BrandingDraft; header: { 'If-Match': string } }> {
  const client = await api(context);
  const call = client.GET('/v1/tenants/{id}/branding/draft', { params: { path: { id } } });
  const { data, response } = await unwrapWithResponse(call);
  return { draft: data, header: { 'If-Match': response.headers.get('etag') ?? '' } };
}

async function get(context: Context, id: string): Promise<void> {
  const { draft } = await readDraft(context, id);
  context.printer.result(draft, facts(draft));
}

async function set(context: Context, id: string, file: string): Promise<void> {
  const body = await readSpec<BrandingSpec>(file);
  const { header } = await readDraft(context, id);
  const client = await api(context);
  const params = { path: { id }, header };
  const draft = await unwrap(client.PUT('/v1/tenants/{id}/branding/draft', { params, body }));
  context.printer.result(draft, facts(draft));
}

async function preview(context: Context, id: string, { minutes }: { minutes?: number }): Promise<void> {
  const client = await api(context);
  const body = minutes === undefined ? {} : { minutes };
  const call = client.POST('/v1/tenants/{id}/branding/draft/preview', { params: { path: { id } }, body });
  const link = await unwrap(call);
  context.printer.result(link, link.url ?? 'The link was shown before.');
  if (!context.printer.json) context.printer.note(`It works until ${link.expiresAt}.`);
}

async function publish(context: Context, id: string): Promise<void> {
  const client = await api(context);
  const call = client.POST('/v1/tenants/{id}/branding/draft/publish', { params: { path: { id } } });
  const branding = await unwrap(call);
  context.printer.result(branding, `Revision ${branding.revision} is on its way to the pages.`);
}

async function discard(context: Context, id: string, options: { yes?: boolean }): Promise<void> {
  await confirm(context, `Throw the draft of ${id} away?`, options);
  const { header } = await readDraft(context, id);
  const client = await api(context);
  await expectDone(client.DELETE('/v1/tenants/{id}/branding/draft', { params: { path: { id }, header } }));
  context.printer.result({ id, discarded: true }, 'The draft is gone.');
}

function facts({ displayName, colors, tagline, saved, basedOn, updatedAt }: BrandingDraft): string {
  return renderFacts([
    ['name', displayName],
    ...Object.entries(colors).map(([name, colour]): readonly [string, string] => [name, colour]),
    ['tagline', tagline],
    ['saved', saved ? `yes, ${updatedAt}` : 'no'],
    ['based on', `revision ${basedOn}`],
  ]);
}
