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
