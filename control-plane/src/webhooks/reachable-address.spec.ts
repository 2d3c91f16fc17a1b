import { describe, expect, test } from 'vitest';
import { isReachable, urlProblem } from './reachable-address.js';

describe('the address that a webhook goes to', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'nonsense',
  ])('%s is refused where only public ones are allowed', (address) => {
    expect(isReachable(address, 'public')).toBe(false);
  });

  test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is public', (address) => {
    expect(isReachable(address, 'public')).toBe(true);
  });

  test('in development this machine may be told as well, and nothing else', () => {
    expect(isReachable('127.0.0.1', 'loopback')).toBe(true);
    expect(isReachable('::1', 'loopback')).toBe(true);
    expect(isReachable('10.0.0.1', 'loopback')).toBe(false);
    expect(isReachable('169.254.169.254', 'loopback')).toBe(false);
  });

  test.each([
    ['http://example.com/hook', 'public'],
    ['http://example.com/hook', 'loopback'],
    ['http://127.0.0.1:1/', 'public'],
    ['https://localhost/', 'public'],
    ['https://10.0.0.1/', 'public'],
    ['https://[fd00::1]/', 'loopback'],
    ['https://0x7f.1/', 'public'],
    ['https://2130706433/', 'public'],
    ['https://user:pass@example.com/', 'public'],
    ['ftp://example.com/', 'public'],
    ['no url', 'public'],
  ] as const)('%s is refused (%s)', (url, reach) => {
    expect(urlProblem(url, reach)).toMatch(/^must/);
  });

  test.each([
    ['https://example.com/hook', 'public'],
    ['http://127.0.0.1:9/', 'loopback'],
    ['http://localhost:9/', 'loopback'],
    ['http://[::1]:9/', 'loopback'],
  ] as const)('%s is taken (%s)', (url, reach) => {
    expect(urlProblem(url, reach)).toBeUndefined();
  });
});
