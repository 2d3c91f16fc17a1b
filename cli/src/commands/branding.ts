import { setTimeout as delay } from 'node:timers/promises';
import { unwrap, unwrapWithResponse, type Branding, type BrandingSpec } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { defined } from '../option-values.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';
import { brandingAssetCommands } from './branding-asset.js';
import { brandingDraftCommands } from './branding-draft.js';
import { brandingHistoryCommands } from './branding-history.js';

interface SetOptions {
  displayName?: string;
  primary?: string;
  background?: string;
  text?: string;
  tagline?: string;
  supportUrl?: string;
  wait: boolean;
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
    .option('--no-wait', 'do not wait until the pages show it')
    .action(act((context, id: string, options: SetOptions) => set(context, id, options)));

  brandingDraftCommands(branding, act);
  brandingHistoryCommands(branding, act);
  brandingAssetCommands(branding, act);
}

async function get(context: Context, id: string): Promise<void> {
  const branding = await unwrap(
    (await api(context)).GET('/v1/tenants/{id}/branding', { params: { path: { id } } }),
  );
  context.printer.result(branding, brandingFacts(branding));
}

async function set(context: Context, id: string, options: SetOptions): Promise<void> {
  if (Object.keys(options).every((name) => name === 'wait'))
    throw new UsageError('Name what to change, such as --primary "#1f6feb".');
  const client = await api(context);
  const path = { id };
  const { data: current, response } = await unwrapWithResponse(
    client.GET('/v1/tenants/{id}/branding', { params: { path } }),
  );
  const header = { 'If-Match': response.headers.get('etag') ?? '' };
  const body = changedBranding(current, options);
  const changed = await unwrap(client.PUT('/v1/tenants/{id}/branding', { params: { path, header }, body }));
  const branding = options.wait ? await published(context, id, changed) : changed;
  context.printer.result(branding, brandingFacts(branding));
}

const patienceMs = 10_000;
const pauseMs = 200;

/** The branding as soon as the client's pages show it, or as it is after ten seconds. */
async function published(context: Context, id: string, changed: Branding): Promise<Branding> {
  const client = await api(context);
  const deadline = performance.now() + patienceMs;
  let branding = changed;
  while (
    branding.publishedRevision < changed.revision &&
    performance.now() < deadline &&
    !context.signal.aborted
  ) {
    await delay(pauseMs);
    branding = await unwrap(client.GET('/v1/tenants/{id}/branding', { params: { path: { id } } }));
  }
  return branding;
}

/** The whole branding with the named changes; an empty text takes an optional field away. */
export function changedBranding(current: Branding, options: Omit<SetOptions, 'wait'>): BrandingSpec {
  const { primary, background, text, displayName } = options;
  const tagline = options.tagline ?? current.tagline;
  const supportUrl = options.supportUrl ?? current.supportUrl;
  const { font, logo, favicon, cssVariables, legal, emailSender } = current;
  return {
    ...defined({ font, logo, favicon, cssVariables, legal, emailSender }),
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
