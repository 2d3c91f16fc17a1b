import { describe, expect, it } from 'vitest';
import { peerAddress } from './peer-address.js';

const loopback = [{ address: '127.0.0.1', internal: true }];
const own = (address: string, scopeid?: number) => [
  { address, internal: false, ...(scopeid === undefined ? {} : { scopeid }) },
];

describe('where other pods of the tenant reach a pod', () => {
  it.each([
    ['that listens on loopback', '127.0.0.1', {}, 'http://127.0.0.1:80'],
    ['by its own address', undefined, { lo: loopback, eth0: own('10.0.0.7') }, 'http://10.0.0.7:80'],
    ['of IPv6', undefined, { link: own('fe80::1', 2), eth0: own('fd00::7', 0) }, 'http://[fd00::7]:80'],
    ['without a network', undefined, {}, 'http://127.0.0.1:80'],
  ])('%s', (_, listensOn, interfaces, expected) => {
    expect(peerAddress(listensOn, 80, interfaces)).toBe(expected);
  });
});
