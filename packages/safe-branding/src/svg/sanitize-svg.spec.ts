import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnsafeImageError } from '../images/image.js';
import { plainFiles } from '../testing/plain-files.js';
import { svgAttacks } from '../testing/svg-attacks.js';
import { sanitizeSvg } from './sanitize-svg.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const clean = (svg: string): { svg: string; removed: readonly string[] } => {
  const { bytes, removed } = sanitizeSvg(Buffer.from(svg));
  return { svg: text(bytes), removed };
};

/** What nothing that is handed out may hold, said without the sanitiser's own lists. Texts cannot hold a bracket. */
const dangerous = [
  /<(?!\/?(?:svg|g|defs|title|desc|style|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|linearGradient|radialGradient|stop|clipPath|mask)[\s/>])/,
  /<[^>]*\son\w+\s*=/i,
  /<[^>]*\b(?:href|src)\s*=\s*["'](?!#)/i,
  /url\(\s*["']?(?!#)/i,
  /<[^>]*(?:javascript|data|file):/i,
  /attacker/,
  /@import|@font-face|expression\(|image-set|\\/i,
  /<!|<\?|CDATA/,
];

describe('an SVG that is an attack', () => {
  test('there are more than a hundred of them', () => {
    expect(svgAttacks.length).toBeGreaterThan(100);
    expect(new Set(svgAttacks.map(({ name }) => name)).size).toBe(svgAttacks.length);
  });

  test.each(svgAttacks.filter(({ outcome }) => outcome === 'harmless'))(
    'with $name is made harmless',
    ({ file }) => {
      const { bytes } = sanitizeSvg(Buffer.from(file));
      for (const form of dangerous) expect(text(bytes)).not.toMatch(form);
      expect(text(sanitizeSvg(bytes).bytes)).toBe(text(bytes));
    },
  );

  test.each(svgAttacks.filter(({ outcome }) => outcome === 'refused'))(
    'with $name is refused',
    ({ file }) => {
      expect(() => sanitizeSvg(Buffer.from(file))).toThrow(UnsafeImageError);
    },
  );
});

describe('an SVG of a drawing program', () => {
  test.each(plainFiles)('with $name looks as before', ({ svg, keeps }) => {
    const cleaned = clean(svg);
    for (const part of keeps) expect(cleaned.svg).toContain(part);
    expect(clean(cleaned.svg)).toEqual({ svg: cleaned.svg, removed: [] });
  });

  test('that loses something is told what', () => {
    const { removed } = clean(
      '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><style>@import "x";a{cursor:url(x)}</style></svg>',
    );
    expect(removed).toEqual(['attribute onload', 'element script', 'rule @import', 'style cursor']);
  });
});

describe('an SVG of any pieces', () => {
  const names = [
    'g',
    'svg',
    'rect',
    'path',
    'style',
    'script',
    'a',
    'use',
    'image',
    'foreignObject',
    'animate',
    'mask',
  ];
  const attributes = [
    ...[
      'onload',
      'href',
      'xlink:href',
      'style',
      'fill',
      'mask',
      'id',
      'class',
      'xmlns',
      'xml:base',
      'd',
      'type',
    ],
  ];
  const values = [
    ...[
      'url(#a)',
      'url(http://attacker.invalid)',
      'u\\72l(//attacker.invalid)',
      'javascript:run()',
      '#a',
      'red',
    ],
    ...[
      'http://www.w3.org/1999/xhtml',
      'fill:url(//attacker.invalid);stroke:red',
      '&#106;avascript:x',
      'data:,x',
      '',
    ],
  ];
  const attribute = fc
    .tuple(fc.constantFrom(...attributes), fc.constantFrom(...values))
    .map(([name, value]) => ` ${name}="${value}"`);
  const text = fc.constantFrom('x', '&lt;script&gt;', '<![CDATA[<script>]]>', '<!-- <script> -->');
  const style = fc
    .array(
      fc.constantFrom(
        '@import "//x";',
        'a{fill:url(//x)}',
        'a{fill:red',
        '}',
        '/*',
        '*/',
        '\\69',
        '.b{fill:url(#a)}',
      ),
    )
    .map((rules) => `<style>${rules.join('')}</style>`);
  const tree = fc.letrec<{ node: string; element: string }>((tie) => ({
    node: fc.oneof({ maxDepth: 5 }, text, style, tie('element')),
    element: fc
      .tuple(
        fc.constantFrom(...names),
        fc.uniqueArray(attribute, { maxLength: 3, selector: (written) => written.split('=')[0] }),
        fc.array(tie('node'), { maxLength: 3 }),
      )
      .map(([name, given, children]) => `<${name}${given.join('')}>${children.join('')}</${name}>`),
  }));

  test('is refused, or holds nothing dangerous and stays as it is when it is read again', () => {
    fc.assert(
      fc.property(fc.array(tree.element, { maxLength: 4 }), (content) => {
        const file = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${content.join('')}</svg>`;
        const { svg } = clean(file);
        for (const form of dangerous) expect(svg).not.toMatch(form);
        expect(clean(svg).svg).toBe(svg);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
