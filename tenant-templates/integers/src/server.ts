/**
 * integers: auto-incrementing integers, a strict sequence for each user. Main program of the image; `template.json` and
 * `ui/` lie beside it there.
 */
import { fileURLToPath } from 'node:url';
import { runTenantApp } from '@leasehold/tenant-kit';
import manifest from '../template.json' with { type: 'json' };
import { createIntegers } from './create-integers.js';
import { pageHtml } from './page.js';

await runTenantApp({
  manifest,
  env: process.env,
  page: { html: pageHtml, assetsFolder: fileURLToPath(new URL('ui', import.meta.url)) },
  create: createIntegers,
});
