/** __NAME__: main program of the image; `template.json` and `ui/` lie beside it there. */
import { fileURLToPath } from 'node:url';
import { runTenantApp } from '@leasehold/tenant-kit';
import manifest from '../template.json' with { type: 'json' };
import { createNotes } from './create-notes.js';
import { pageHtml } from './page.js';

await runTenantApp({
  manifest,
  env: process.env,
  page: { html: pageHtml, assetsFolder: fileURLToPath(new URL('ui', import.meta.url)) },
  create: createNotes,
});
