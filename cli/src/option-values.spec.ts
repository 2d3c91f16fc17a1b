import { describe, expect, it } from 'vitest';
import { pairs, parameterValues, wholeNumber } from './option-values.js';

describe('values behind options', () => {
  it('are pairs, with everything behind the first equals sign as the value', () => {
    expect(pairs(['tier=gold', 'query=a=b', 'empty='])).toEqual({ tier: 'gold', query: 'a=b', empty: '' });
  });

  it.each([[['tier']], [['=gold']], [['a=1', 'a=2']]])('are refused as %j', (texts) => {
    expect(() => pairs(texts)).toThrow();
  });

  it('are typed for parameters', () => {
    expect(parameterValues(['limit=5', 'on=true', 'name=acme', 'list=[1]', 'quoted="5"'])).toEqual({
      limit: 5,
      on: true,
      name: 'acme',
      list: [1],
      quoted: '5',
    });
  });

  it('are whole numbers within their bounds', () => {
    expect(wholeNumber(1, 10)('7')).toBe(7);
    for (const wrong of ['0', '11', '1.5', 'x', '', ' '])
      expect(() => wholeNumber(1, 10)(wrong)).toThrow('1 to 10');
  });
});
