import { describe, expect, it } from 'vitest';
import { isNewEnough } from './from-module.js';

describe('the Go that a build needs', () => {
  it.each([
    ['go1.26.0', true],
    ['go1.26.8', true],
    ['go1.30', true],
    ['go2.0', true],
    ['go1.27rc1', true],
    ['go1.25.9', false],
    ['go1.9', false],
    ['', false],
    ['devel', false],
  ])('%j is enough: %s', (version, enough) => {
    expect(isNewEnough(version)).toBe(enough);
  });
});
