import { describe, expect, it } from 'vitest';
import { whyUnsupported } from './requirements.mjs';

describe('a machine', () => {
  it.each([
    ['20.0.0', 'linux'],
    ['24.21.0', 'darwin'],
  ])('with Node %s on %s is supported', (nodeVersion, platform) => {
    expect(whyUnsupported({ nodeVersion, platform })).toBeUndefined();
  });

  it('with an older Node is told which one is needed and which one it has', () => {
    expect(whyUnsupported({ nodeVersion: '18.20.1', platform: 'linux' })).toMatch(
      /needs Node 20 or newer, and this is Node 18\.20\.1/,
    );
  });

  it('with Windows is told about WSL', () => {
    expect(whyUnsupported({ nodeVersion: '24.0.0', platform: 'win32' })).toMatch(/WSL 2/);
  });
});
