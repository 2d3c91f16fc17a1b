/** The branded page at `/`: the kit's frame around the template's own content. */
import { createHash } from 'node:crypto';
import { pagePolicy } from '../http/security-headers.js';
import type { Reply } from '../http/reply.js';
import type { Branding } from './branding.js';

/** What a template puts into the page. */
export interface PageContent {
  /** HTML of the template's author, put into `<main>` as it is. */
  html: string;
  /** URLs of the template's own style sheets and scripts. */
  styles: readonly string[];
  scripts: readonly string[];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** The page of a branding; `ETag` is its digest, so that a browser asks again and mostly gets 304. */
export function brandedPage(branding: Branding, content: PageContent): Reply {
  const style = styleSheet(branding);
  const body = Buffer.from(document(branding, content, style));
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy(sha256(style)),
      'cache-control': 'no-cache',
      'branding-revision': String(branding.revision),
      etag: `"${sha256(body)}"`,
    },
    body,
  };
}

function document(branding: Branding, content: PageContent, style: string): string {
  const name = escapeHtml(branding.displayName);
  const tagline = branding.tagline ? `<p class="tagline">${escapeHtml(branding.tagline)}</p>` : '';
  const support = branding.supportUrl
    ? `<footer><a href="${escapeHtml(branding.supportUrl)}" rel="noopener noreferrer">Support</a></footer>`
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${name}</title>
<style>${style}</style>
${content.styles.map((url) => `<link rel="stylesheet" href="${escapeHtml(url)}">`).join('\n')}
${content.scripts.map((url) => `<script type="module" src="${escapeHtml(url)}"></script>`).join('\n')}
</head>
<body>
<header><h1>${name}</h1>${tagline}</header>
<main>
${content.html}
</main>
${support}
</body>
</html>
`;
}

/** Colours reach the sheet as `#rrggbb` only: the schema has refused anything else. */
function styleSheet({ colors }: Branding): string {
  return `:root{--brand-primary:${colors.primary};--brand-background:${colors.background};--brand-text:${colors.text};--brand-on-primary:${readableOn(colors.primary)}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;font:16px/1.5 system-ui,sans-serif;background:var(--brand-background);color:var(--brand-text)}
header{padding:1.5rem 2rem;background:var(--brand-primary);color:var(--brand-on-primary)}
h1{margin:0;font-size:1.6rem;overflow-wrap:anywhere}
.tagline{margin:.25rem 0 0}
main{flex:1;width:100%;max-width:48rem;margin:0 auto;padding:2rem}
footer{padding:1rem 2rem}
a{color:var(--brand-primary)}`;
}

/** Black or white, whichever stands out more from a colour: relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function readableOn(colour: string): '#000000' | '#ffffff' {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64');
}
