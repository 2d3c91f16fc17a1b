import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostnameSchema, isHostname, isWithin, normaliseHostname } from './hostname.js';
import { reservedSlugs } from './reserved-slugs.js';
import { isSlug, slugSchema } from './slug.js';

describe('slugs', () => {
  test('what is accepted is a DNS label, a Kubernetes name with "t-" before it, and never changed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{0,45}$/), (text) => {
        if (!isSlug(text)) return;
        expect(`t-${text}`).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(text).not.toContain('--');
        expect(slugSchema.parse(text)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('nothing beyond a to z, digits and hyphens gets in, in whatever script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 10 }), (text) => {
        if (isSlug(text)) expect(text).toMatch(/^[a-z0-9-]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  test('each reserved slug could be asked for: otherwise it would not need to be reserved', () => {
    expect(reservedSlugs.filter((slug) => !isSlug(slug))).toEqual([]);
  });
});

describe('hostnames', () => {
  test('the same name in capitals or with the dot of the root is the same name', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        expect(normaliseHostname(`${name.toUpperCase()}.`)).toBe(normaliseHostname(name));
      }),
    );
  });

  test.each(['shop.example.com', 'a.b', 'xn--bcher-kva.example', `${'a'.repeat(63)}.example`])(
    '%s is one',
    (name) => {
      expect(isHostname(name)).toBe(true);
    },
  );

  test.each([
    '',
    'localhost',
    'a..b',
    '-a.example',
    'a-.example',
    'a_b.example',
    '1.2.3.4',
    'a.example:80',
    'http://a.example',
    'a.example/x',
    'bücher.example',
    '*.example.com',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    'a.example..',
    ' a.example',
  ])('%j is none', (name) => {
    expect(hostnameSchema.safeParse(name).success).toBe(false);
  });

  test('a name below a domain is told from one that only ends alike', () => {
    expect(isWithin('a.localhost', 'localhost')).toBe(true);
    expect(isWithin('localhost', 'localhost')).toBe(true);
    expect(isWithin('notlocalhost', 'localhost')).toBe(false);
  });
});
