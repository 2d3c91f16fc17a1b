import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBranding, parseBranding, type Branding } from './branding.js';
import { brandedPage, draftPage, escapeHtml, readableOn } from './page.js';

const branding: Branding = {
  revision: 3,
  displayName: 'Müller & <Söhne>',
  colors: { primary: '#123456', background: '#ffffff', text: '#000000' },
  tagline: '"Seit 1907"',
  supportUrl: 'https://example.test/help?a=1&b=2',
};
const content = { html: '<p id="own">x</p>', styles: ['/ui/app.css?v=1'], scripts: ['/ui/app.js?v=1'] };

describe('the branded page', () => {
  it('shows name, tagline, support link, colours and revision, all escaped', () => {
    const { body, headers } = brandedPage(branding, content);
    const html = String(body);
    expect(html).toContain('<title>Müller &amp; &lt;Söhne&gt;</title>');
    expect(html).toContain('<h1>Müller &amp; &lt;Söhne&gt;</h1>');
    expect(html).toContain('&quot;Seit 1907&quot;');
    expect(html).toContain('href="https://example.test/help?a=1&amp;b=2"');
    expect(html).toContain('--brand-primary:#123456');
    expect(html).toContain('<p id="own">x</p>');
    expect(headers?.['branding-revision']).toBe('3');
  });

  it('allows exactly the style sheet that it carries, and no inline script', () => {
    const { body, headers } = brandedPage(branding, content);
    const style = /<style>([^]*?)<\/style>/.exec(String(body))?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers?.['content-security-policy']).toContain(`'sha256-${digest}'`);
    expect(headers?.['content-security-policy']).not.toContain('unsafe-inline');
  });

  it('shows pictures, font, variables and legal links', () => {
    const logo = `${'a'.repeat(64)}.svg`;
    const favicon = `${'b'.repeat(64)}.png`;
    const { body, headers } = brandedPage(
      {
        ...branding,
        logo,
        favicon,
        fontFamily: 'Charter, "Sitka Text", serif',
        cssVariables: { '--brand-radius': '12px' },
        legal: { imprint: 'https://example.test/imprint', terms: 'mailto:terms@example.test' },
      },
      content,
    );
    const html = String(body);
    expect(html).toContain(`<img class="logo" src="/branding/assets/${logo}" alt="">`);
    expect(html).toContain(`<link rel="icon" href="/branding/assets/${favicon}">`);
    expect(html).toContain('--brand-font:Charter, "Sitka Text", serif;--brand-radius:12px');
    expect(html).toContain('href="https://example.test/imprint"');
    expect(html).toContain('href="mailto:terms@example.test"');
    expect(html).not.toContain('Privacy');
    expect(headers?.['content-security-policy']).toContain("img-src 'self';");
  });

  it('of a draft says so, and runs nothing of the product', () => {
    const html = String(draftPage({ ...branding, revision: 0 }, content).body);
    expect(html).toContain('This is a draft.');
    expect(html).toContain('<p id="own">x</p>');
    expect(html).not.toContain('<script');
  });

  it('leaves out what the client has not set', () => {
    const html = String(brandedPage(defaultBranding('Acme'), content).body);
    expect(html).not.toContain('tagline">');
    expect(html).not.toContain('<footer>');
  });

  it('lets no text of a client become markup', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '`', '=', ';', '#', 'a', '\0', '😀') }),
        (text) => {
          expect(escapeHtml(text)).not.toMatch(/[<>"']/);
        },
      ),
    );
  });

  it('writes on the primary colour in black or white with a contrast of at least 4.5 to 1', () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(channel, channel, channel), (rgb) => {
        const colour = `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
        const [r, g, b] = rgb.map((value) =>
          value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
        );
        const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
        const other = readableOn(colour) === '#000000' ? 0 : 1;
        const contrast = (Math.max(luminance, other) + 0.05) / (Math.min(luminance, other) + 0.05);
        expect(contrast).toBeGreaterThan(4.5);
      }),
    );
  });
});

describe('a branding object', () => {
  const valid = { revision: 1, displayName: 'Acme', colors: branding.colors };

  it('is taken, with fields that a later platform may add left out', () => {
    expect(parseBranding(JSON.stringify({ ...valid, later: 'x' }))).toEqual(valid);
  });

  it.each([
    [{ revision: 0 }, 'revision'],
    [{ displayName: ' ' }, 'displayName'],
    [{ displayName: 'x'.repeat(201) }, 'displayName'],
    [{ colors: { ...valid.colors, primary: 'red;}body{display:none' } }, 'colors.primary'],
    [{ tagline: 'x'.repeat(301) }, 'tagline'],
    [{ supportUrl: 'javascript:alert(1)' }, 'supportUrl'],
    [{ supportUrl: 'nonsense' }, 'supportUrl'],
    [{ legal: { imprint: 'http://example.test' } }, 'legal.imprint'],
    [{ legal: { terms: 'javascript:alert(1)' } }, 'legal.terms'],
    [{ logo: '../../secret.svg' }, 'logo'],
    [{ favicon: `${'a'.repeat(64)}.html` }, 'favicon'],
    [{ fontFamily: 'x;}body{display:none' }, 'fontFamily'],
    [{ cssVariables: { '--brand-radius': 'url(http://x)' } }, 'cssVariables'],
    [{ cssVariables: { '--brand-radius': '1px;}body{display:none' } }, 'cssVariables'],
    [{ cssVariables: { 'color;}body{': 'red' } }, 'cssVariables'],
  ])('with %j is refused by the name of the field', (change, field) => {
    expect(() => parseBranding(JSON.stringify({ ...valid, ...change }))).toThrow(field);
  });
});
