import { describe, expect, it } from 'vitest';
import { parseQuantity } from './quantity.js';

describe('a Kubernetes quantity', () => {
  it.each<[string | number, number | undefined]>([
    ['2', 2],
    [2, 2],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['500m', 0.5],
    ['100n', 1e-7],
    ['700m', 0.7],
    ['1k', 1000],
    ['128Mi', 128 * 1024 * 1024],
    ['1Gi', 2 ** 30],
    ['1e3', 1000],
    ['1E', 1e18],
    ['1E2', 100],
    ['-1', -1],
    ['', undefined],
    ['Mi', undefined],
    ['1mi', undefined],
    ['1 Gi', undefined],
    ['1e', undefined],
    ['one', undefined],
  ])('%j is %d', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });
});
