import { expect, it } from 'vitest';
import { parseOtlpHeaders } from './otlp-headers.js';

it.each([
  ['', {}],
  ['authorization=Bearer%20abc\n', { authorization: 'Bearer abc' }],
  ['api-key=k==, x-team = a%2Cb ,', { 'api-key': 'k==', 'x-team': 'a,b' }],
])('%j are headers', (text, headers) => {
  expect(parseOtlpHeaders(text)).toEqual(headers);
});

it.each(['just-a-key', 'a b=c', '=v', 'a=%zz', 'a=b;c'])('%j is refused without being shown', (text) => {
  expect(() => parseOtlpHeaders(text)).toThrow(
    'The headers of the traces must be name=value with commas between, percent-encoded.',
  );
});
