import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unreadableColors } from './color-rules.js';
import { contrast } from './contrast.js';
import { nearestReadable } from './nearest-color.js';

const colour = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
  .map((rgb) => `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`);

describe('contrast', () => {
  // Measured with https://webaim.org/resources/contrastchecker/
  test.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#777777', '#ffffff', 4.47],
    ['#ff0000', '#ffffff', 3.99],
    ['#1f6feb', '#ffffff', 4.62],
  ])('of %s and %s is %d', (one, other, ratio) => {
    expect(Math.floor(contrast(one, other) * 100 + 1e-9) / 100).toBeCloseTo(ratio, 1);
    expect(contrast(other, one)).toBe(contrast(one, other));
  });
});

describe('the nearest colour', () => {
  test('passes always, and is the colour itself where that passes', () => {
    fc.assert(
      fc.property(colour, colour, fc.constantFrom(3, 4.5), (one, background, least) => {
        const nearest = nearestReadable(one, background, least);
        expect(contrast(nearest, background)).toBeGreaterThanOrEqual(least);
        if (contrast(one, background) >= least) expect(nearest).toBe(one);
      }),
    );
  });

  test('keeps to the hue where there is room', () => {
    const nearest = nearestReadable('#ffcc00', '#ffffff', 3);
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(nearest.slice(at, at + 2), 16));
    expect(red! > green! && green! > blue!).toBe(true);
  });
});

describe('colours', () => {
  test('that can be read give nothing to say', () => {
    expect(unreadableColors({ primary: '#1f6feb', background: '#ffffff', text: '#1f2328' })).toEqual([]);
  });

  test('that cannot are each told with what was measured and what would do', () => {
    const found = unreadableColors({
      primary: '#ffee00',
      background: '#ffffff',
      text: '#999999',
      accent: '#00ffff',
    });
    expect(found.map(({ pointer }) => pointer)).toEqual([
      '/colors/text',
      '/colors/accent',
      '/colors/primary',
    ]);
    expect(found[0]?.message).toBe(
      'has a contrast of 2.84:1 on the background #ffffff; it takes 4.5:1, and #767676 is the nearest colour that has it',
    );
  });

  test('that are suggested are taken', () => {
    fc.assert(
      fc.property(colour, colour, colour, (primary, background, text) => {
        const colors = { primary, background, text };
        const better = Object.fromEntries(
          unreadableColors(colors).map(({ pointer, message }) => [
            pointer.slice('/colors/'.length),
            /and (#[0-9a-f]{6}) is/.exec(message)?.[1],
          ]),
        );
        expect(unreadableColors({ ...colors, ...better })).toEqual([]);
      }),
    );
  });
});
