/**
 * calc: an exact calculator over gRPC and HTTP/JSON, with a log of all commands and results. Main program of the image;
 * `template.json`, `ui/` and `proto/` lie beside it there.
 */
import { fileURLToPath } from 'node:url';
import { runTenantApp } from '@leasehold/tenant-kit';
import manifest from '../template.json' with { type: 'json' };
import { createCalc } from './create-calc.js';
import { pageHtml } from './page.js';

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

await runTenantApp({
  manifest,
  env: process.env,
  page: { html: pageHtml, assetsFolder: beside('ui') },
  // A list of 30,000 places, and more.
  bodyLimitBytes: 256 * 1024,
  create: (context) => createCalc(beside('proto'), context),
});
