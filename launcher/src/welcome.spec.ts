import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seconds } from './report.js';
import { welcome } from './welcome.js';

const data = { adminKey: join(process.cwd(), '.data/admin.key'), logs: '/elsewhere/logs' };

describe('the last lines of a start', () => {
  it('say where to go, where the key is and how to stop', () => {
    const tenant = { slug: 'acme', state: 'active', url: 'http://acme.localhost:8081' };
    const text = welcome({ base: 'http://127.0.0.1:8080', data, took: '3.0 s', tenant, edgeTlsPort: 8443 });
    expect(text.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
      [''],
      ['Leasehold is ready (3.0 s).'],
      ['API and its page', 'http://127.0.0.1:8080/docs'],
      ['Client acme', 'http://acme.localhost:8081'],
      ['with HTTPS', 'https://acme.localhost:8443', '(npx leasehold twin trust)'],
      ['Admin key', '.data/admin.key'],
      ['Logs', '/elsewhere/logs'],
      ['Stop', 'Ctrl-C'],
      [''],
    ]);
  });

  it('do not name a client that is not there', () => {
    expect(
      welcome({ base: 'http://127.0.0.1:8080', data, took: '3.0 s', tenant: undefined, edgeTlsPort: 8443 }),
    ).not.toContain('acme');
  });

  it.each([
    [420, '0.4 s'],
    [59_940, '59.9 s'],
    [185_000, '3 min 5 s'],
  ])('give %i ms as %s', (milliseconds, text) => {
    expect(seconds(milliseconds)).toBe(text);
  });
});
