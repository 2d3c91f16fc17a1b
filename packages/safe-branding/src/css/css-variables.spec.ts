import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cssVariableNames, readCssVariable } from './css-variables.js';

describe('a variable of CSS', () => {
  test.each([
    ['--brand-radius', '8px', '8px'],
    ['--brand-radius', ' 0 ', '0'],
    ['--brand-spacing', '2rem', '2rem'],
    ['--brand-letter-spacing', '-0.02em', '-0.02em'],
    ['--brand-heading-weight', '700', '700'],
    ['--brand-border-color', 'rgb(1 2 3 / 50%)', 'rgb(1 2 3/50%)'],
    ['--brand-border-color', 'hsl(120deg 50% 50%)', 'hsl(120deg 50% 50%)'],
    ['--brand-border-color', 'transparent', 'transparent'],
    ['--brand-shadow', '0 1px 4px #00000040', '0 1px 4px #00000040'],
    ['--brand-shadow', 'none', 'none'],
  ])('%s takes %s', (name, value, css) => {
    expect(readCssVariable(name, value)).toEqual({ css });
  });

  test.each([
    'url(http://attacker.invalid/x)',
    'URL(//attacker.invalid)',
    'u\\72l(http://attacker.invalid)',
    'image-set("x" 1x)',
    'image(url(x))',
    'src("x")',
    'expression(alert(1))',
    'javascript:alert(1)',
    '@import "x"',
    'red;background:url(x)',
    'red}body{display:none',
    'red</style><script>alert(1)</script>',
    'red/**/;x:y',
    '</style>',
    '<!-- x',
    '"text"',
    "'text'",
    'attr(data-x)',
    'var(--other)',
    'env(safe-area-inset-top)',
    'calc(1px + 99999px)',
    'min(1px, 2px)',
    'element(#x)',
    'paint(x)',
    'cross-fade(url(x), url(y))',
    '99999px',
    '-99999px',
    '1e99px',
    '9999vw',
    '100dvh',
    'NaN',
    'infinity',
    '1px !important',
    '{1px}',
    '[1px]',
    '\\',
    '\0',
    '\n}',
    '',
    ' ',
    'initial; --x: 1',
    'x'.repeat(101),
  ])('takes no %j', (value) => {
    for (const name of cssVariableNames) expect(readCssVariable(name, value)).toHaveProperty('refusal');
  });

  test.each([
    '--other',
    'color',
    '--brand-text',
    '--brand-background',
    '__proto__',
    'constructor',
    '--brand-radius;x',
    '',
  ])('is not called %j', (name) => {
    expect(readCssVariable(name, '1px')).toEqual({ refusal: 'is no variable that can be set' });
  });

  test('leaves its declaration with no value whatever', () => {
    const pieces = fc.constantFrom(
      ...';{}()<>"\'\\@/*!:,# -'.split(''),
      'url',
      '1px',
      'red',
      '#fff',
      'rgb',
      'calc',
      '--x',
      '0',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...cssVariableNames),
        fc.array(pieces, { maxLength: 12 }),
        (name, parts) => {
          const read = readCssVariable(name, parts.join(''));
          if ('css' in read) expect(read.css).toMatch(/^(?!.*(url|var|calc)\()[\w#.,%()/+ -]+$/);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
