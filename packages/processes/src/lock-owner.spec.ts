import { describe, expect, it } from 'vitest';
import { howToVerify } from './lock-owner.js';

const here = { host: 'a', boot: '1', pidNamespace: 'pid:[1]' };
const owner = { ...here, pid: 10, startedAt: '1:1', purpose: 'test', since: '' };

describe('how to find out whether the owner of a lock lives', () => {
  it.each([
    ['the same boot of the same machine', owner, 'identity'],
    ['the machine before its last reboot', { ...owner, boot: '0' }, 'dead'],
    ['another container on this machine', { ...owner, pidNamespace: 'pid:[2]' }, 'heartbeat'],
    ['another machine on the same disk', { ...owner, host: 'b', boot: '7' }, 'heartbeat'],
  ])('an owner on %s is verified by %s', (_where, who, how) => {
    expect(howToVerify(who, here)).toBe(how);
  });
});
