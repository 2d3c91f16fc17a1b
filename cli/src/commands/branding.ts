import { unwrap, unwrapWithResponse, type Branding, type BrandingSpec } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';

interface SetOptions {
  displayName?: string;
  primary?: string;
  background?: string;
  text?: string;
  tagline?: string;
  supportUrl?: string;
}

/** `leasehold branding ...` */
export function brandingCommands(program: Command, act: Act): void {
  const branding = program.command('branding').description("what a client's pages look like");

  branding
    .command('get <tenant>')
    .description("show a client's branding")
    .action(act((context, id: string) => get(context, id)));

  branding
    .command('set <tenant>')
    .description('change some of it; what is not named stays')
    .option('--display-name <name>', 'the name on the pages')
    .option('--primary <colour>', 'such as #1f6feb')
    .option('--background <colour>', 'such as #ffffff')
    .option('--text <colour>', 'such as #1f2328')
    .option('--tagline <text>', 'a line below the name; empty takes it away')
    .option('--support-url <url>', 'where visitors find help; empty takes it away')
    .action(act((context, id: string, options: SetOptions) => set(context, id, options)));
}

async function get(context: Context, id: string): Promise<void> {
  const branding = await unwrap(
    (await api(context)).GET('/v1/tenants/{id}/branding', { params: { path: { id } } }),
  );
  context.printer.result(branding, brandingFacts(branding));
}

async function set(context: Context, id: string, options: SetOptions): Promise<void> {
  if (Object.keys(options).length === 0)
    throw new UsageError('Name what to change, such as --primary "#1f6feb".');
  const client = await api(context);
  const path = { id };
  const { data: current, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}/branding', { params: { path } }),
  );
  const header = { 'If-Match': response.headers.get('etag') ?? '' };
  const body = changedBranding(current, options);
  const branding = await unwrap(client.PUT('/v1/tenants/{id}/branding', { params: { path, header }, body }));
  context.printer.result(branding, brandingFacts(branding));
}

/** The whole branding with the named changes; an empty text takes an optional field away. */
export function changedBranding(current: Branding, options: SetOptions): BrandingSpec {
  const { primary, background, text, displayName } = options;
  const tagline = options.tagline ?? current.tagline;
  const supportUrl = options.supportUrl ?? current.supportUrl;
  return {
    displayName: displayName ?? current.displayName,
    colors: { ...current.colors, ...defined({ primary, background, text }) },
    ...(tagline === undefined || tagline === '' ? {} : { tagline }),
    ...(supportUrl === undefined || supportUrl === '' ? {} : { supportUrl }),
  };
}

function brandingFacts({
  displayName,
  colors,
  tagline,
  supportUrl,
  revision,
  publishedRevision,
}: Branding): string {
  const shown =
    publishedRevision === revision ? 'shown on the pages' : `the pages still show ${publishedRevision}`;
  return renderFacts([
    ['name', displayName],
    ['primary', colors.primary],
    ['background', colors.background],
    ['text', colors.text],
    ['tagline', tagline],
    ['support', supportUrl],
    ['revision', `${revision} (${shown})`],
  ]);
}
