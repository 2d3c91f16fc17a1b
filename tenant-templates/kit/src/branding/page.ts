/** The branded page at `/`: the kit's frame around the template's own content. */
import { createHash } from 'node:crypto';
import { pagePolicy } from '../http/security-headers.js';
import { assetPath } from './asset-routes.js';
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
      'content-security-policy': pagePolicy(sha256(style), branding.favicon === undefined),
      'cache-control': 'no-cache',
      'branding-revision': String(branding.revision),
      etag: `"${sha256(body)}"`,
    },
    body,
  };
}

/** The page as it would be: without the product's scripts, so that looking at a draft uses nothing of the product. */
export function draftPage(branding: Branding, content: PageContent): Reply {
  const notice = '<p class="draft" role="status">This is a draft. Only those who have its link see it.</p>\n';
  return brandedPage(branding, { ...content, html: notice + content.html, scripts: [] });
}

function document(branding: Branding, content: PageContent, style: string): string {
  const name = escapeHtml(branding.displayName);
  const tagline = branding.tagline ? `<p class="tagline">${escapeHtml(branding.tagline)}</p>` : '';
  // The name stands beside it: read aloud once is enough.
  const logo = branding.logo ? `<img class="logo" src="${assetPath}${branding.logo}" alt="">` : '';
  const icon = branding.favicon ? `${assetPath}${branding.favicon}` : 'data:,';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="${icon}">
<title>${name}</title>
<style>${style}</style>
${content.styles.map((url) => `<link rel="stylesheet" href="${escapeHtml(url)}">`).join('\n')}
${content.scripts.map((url) => `<script type="module" src="${escapeHtml(url)}"></script>`).join('\n')}
</head>
<body>
<header>${logo}<div><h1>${name}</h1>${tagline}</div></header>
<main>
${content.html}
</main>
${footer(branding)}
</body>
</html>
`;
}

function footer({ supportUrl, legal }: Branding): string {
  const links = Object.entries({
    Support: supportUrl,
    Imprint: legal?.imprint,
    Privacy: legal?.privacy,
    Terms: legal?.terms,
  }).flatMap(([label, url]) =>
    url === undefined ? [] : [`<a href="${escapeHtml(url)}" rel="noopener noreferrer">${label}</a>`],
  );
  return links.length === 0 ? '' : `<footer>${links.join('\n')}</footer>`;
}

/** Colours, families and values reach the sheet in plain forms only: the schema has refused anything else. */
function styleSheet({ colors, fontFamily, cssVariables = {} }: Branding): string {
  const variables = {
    '--brand-primary': colors.primary,
    '--brand-background': colors.background,
    '--brand-text': colors.text,
    '--brand-accent': colors.accent ?? colors.text,
    '--brand-on-primary': readableOn(colors.primary),
    '--brand-font': fontFamily ?? 'system-ui,sans-serif',
    ...cssVariables,
  };
  return `:root{${Object.entries(variables)
    .map(([name, value]) => `${name}:${value}`)
    .join(';')}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;font:var(--brand-font-size,16px)/var(--brand-line-height,1.5) var(--brand-font);letter-spacing:var(--brand-letter-spacing,normal);background:var(--brand-background);color:var(--brand-text)}
header{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;padding:var(--brand-spacing,1.5rem) 2rem;background:var(--brand-primary);color:var(--brand-on-primary);box-shadow:var(--brand-shadow,none)}
.logo{display:block;height:var(--brand-logo-height,3.5rem);max-width:14rem;padding:.4rem;object-fit:contain;background:var(--brand-background);border:var(--brand-border-width,0) solid var(--brand-border-color,transparent);border-radius:var(--brand-radius,.4rem)}
h1{margin:0;font-size:var(--brand-heading-size,1.6rem);font-weight:var(--brand-heading-weight,700);line-height:1.2;overflow-wrap:anywhere}
.tagline{margin:.25rem 0 0}
main{flex:1;width:100%;max-width:var(--brand-content-width,48rem);margin:0 auto;padding:2rem}
.draft{margin:0 0 1rem;padding:.5rem 1rem;border:2px dashed var(--brand-text)}
footer{display:flex;flex-wrap:wrap;gap:1.5rem;padding:1rem 2rem}
a{color:var(--brand-accent)}`;
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
