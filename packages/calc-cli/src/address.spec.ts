import { expect, it } from 'vitest';
import { AddressError, parseAddress } from './address.js';

it.each([
  ['localhost:9090', { target: 'localhost:9090', authority: 'localhost:9090', encrypted: false }],
  ['calc1.localhost:8081', { target: '127.0.0.1:8081', authority: 'calc1.localhost:8081', encrypted: false }],
  ['http://127.0.0.1:9090', { target: '127.0.0.1:9090', authority: '127.0.0.1:9090', encrypted: false }],
  ['[::1]:9090', { target: '[::1]:9090', authority: '[::1]:9090', encrypted: false }],
  ['calc.example', { target: 'calc.example:80', authority: 'calc.example', encrypted: false }],
  ['https://calc.example', { target: 'calc.example:443', authority: 'calc.example', encrypted: true }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

it.each(['', 'localhost:x', 'ftp://host', 'host:80/path', 'http://user@host', 'a b'])(
  '%j is none',
  (text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
  },
);
