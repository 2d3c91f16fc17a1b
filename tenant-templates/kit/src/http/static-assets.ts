/** The template's own files for its page, read once at start: a few kilobytes, no build tooling. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Reply } from './reply.js';
import type { Route } from './route.js';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export interface StaticAssets {
  routes: Route[];
  /** URLs that change with their content, so that browsers and the CDN may keep them for ever. */
  urls: string[];
}

/**
 * Routes `/ui/<file>` for the files of a folder.
 * @throws Error for a file of a type that is not served.
 */
export function loadAssets(folder: string): StaticAssets {
  const assets = readdirSync(folder)
    .sort()
    .map((file) => loadAsset(folder, file));
  return { routes: assets.map(({ route }) => route), urls: assets.map(({ url }) => url) };
}

function loadAsset(folder: string, file: string): { route: Route; url: string } {
  const type = types[extname(file)];
  if (type === undefined) throw new Error(`${join(folder, file)}: files of this type are not served.`);
  const body = readFileSync(join(folder, file));
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  const reply = (cacheControl: string): Reply => ({
    status: 200,
    headers: { 'content-type': type, 'cache-control': cacheControl, etag: `"${digest}"` },
    body,
  });
  const forEver = reply('public, max-age=31536000, immutable');
  const askAgain = reply('no-cache');
  const path = `/ui/${file}`;
  return {
    url: `${path}?v=${digest}`,
    route: {
      path,
      unlimited: true,
      methods: { GET: ({ query }) => (query.get('v') === digest ? forEver : askAgain) },
    },
  };
}
