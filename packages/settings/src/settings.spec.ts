import { describe, expect, test } from 'vitest';
import { parseSettings, SettingsError } from './settings.js';

describe('settings', () => {
  test('an empty environment gives the documented defaults', () => {
    const settings = parseSettings('launcher', {});
    expect(settings.LEASEHOLD_PORT).toBe(8080);
    expect(settings.LEASEHOLD_EDGE_PORT).toBe(8081);
    expect(settings.LEASEHOLD_DNS_PORT).toBe(8053);
    expect(settings.LEASEHOLD_DATA_DIR).toMatch(/\/\.data$/);
    expect(settings.LEASEHOLD_TOOLS_DIR).toMatch(/leasehold\/tools$/);
  });

  test.each([
    [{ LEASEHOLD_PORT: 'http' }, 'LEASEHOLD_PORT must be a whole number; it is "http".'],
    [{ LEASEHOLD_PORT: '70000' }, 'LEASEHOLD_PORT must be a port from 0 to 65535; it is "70000".'],
    [{ LEASEHOLD_PROT: '80' }, 'LEASEHOLD_PROT is not a setting of Leasehold; did you mean LEASEHOLD_PORT?'],
    [{ LEASEHOLD_COLOUR_OF_THE_SHED: '1' }, 'LEASEHOLD_COLOUR_OF_THE_SHED is not a setting of Leasehold.'],
    [
      { LEASEHOLD_WORKLOAD_OTLP_ENDPOINT: 'https://otlp.example.com' },
      'LEASEHOLD_WORKLOAD_OTLP_ENDPOINT must name a Service (http://<service>.<namespace>.svc:<port>) or an address, as network policies know no other names; it is "https://otlp.example.com".',
    ],
    [
      { LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET: 'authorization=hunter2' },
      'LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET must be the name of a secret that begins with shared-, and not the secret\'s text; it is "hidden, as it may hold a secret".',
    ],
    [{ LEASEHOLD_BIND: 'localhost' }, 'LEASEHOLD_BIND must be an IPv4 address; it is "localhost".'],
  ])('%j stops the start with one sentence', (env, sentence) => {
    expect(() => parseSettings('launcher', env)).toThrow(new SettingsError(sentence));
  });

  test('a wrong value that may hold a secret is not printed', () => {
    const url = 'mysql://root:hunter2@db/leasehold';
    expect(() => parseSettings('launcher', { LEASEHOLD_DATABASE_URL: url })).toThrow(
      /^LEASEHOLD_DATABASE_URL must be .*hidden/,
    );
    expect(() => parseSettings('launcher', { LEASEHOLD_DATABASE_URL: url })).not.toThrow(/hunter2/);
  });

  test('a required setting that is missing is named', () => {
    expect(() => parseSettings('twin', {})).toThrow('LEASEHOLD_TWIN_DATABASE_URL is not set; twin needs it.');
  });

  test('more cells of the twin are named with their ports', () => {
    const urls = Object.fromEntries(
      ['APP', 'PLATFORM', 'TWIN'].map((role) => [
        `LEASEHOLD_${role}_DATABASE_URL`,
        'postgresql://db/leasehold',
      ]),
    );
    const more = (text: string) =>
      parseSettings('control-plane', { ...urls, LEASEHOLD_MORE_CELLS: text }).LEASEHOLD_MORE_CELLS;
    expect(more('east:8181:7103:7102, west:8281:7203:7202')).toEqual([
      { cell: 'east', edgePort: 8181, objectStorePort: 7103, gatewayAdminPort: 7102 },
      { cell: 'west', edgePort: 8281, objectStorePort: 7203, gatewayAdminPort: 7202 },
    ]);
    expect(more('')).toEqual([]);
    expect(() => more('east:8181')).toThrow('LEASEHOLD_MORE_CELLS must be cells such as east:<edge port>');
  });

  test('an empty value counts as unset', () => {
    expect(parseSettings('launcher', { LEASEHOLD_PORT: '' }).LEASEHOLD_PORT).toBe(8080);
  });
});
