import { describe, expect, it } from 'vitest';
import { listenAddress, parsePodConfig, PodConfigError } from './pod-config.js';

const environment = {
  PORT: '8080',
  TENANT_ID: 'ten_1',
  TENANT_SLUG: 'acme',
  TENANT_NAME: 'Acme',
  TEMPLATE: 'counter',
  RELEASE: '1.0.0',
  ROW_KEY_PREFIX: '0123456789',
  BIGTABLE_PROJECT: 'project',
  BIGTABLE_INSTANCE: 'local',
  DATA_GATEWAY_ENDPOINT: 'data-gateway.leasehold-system.svc:8086',
  DATA_GATEWAY_TOKEN_FILE: '/tokens/data-gateway',
  BRANDING_URL:
    'https://storage.googleapis.com/download/storage/v1/b/local-branding/o/current.json?alt=media',
  BRANDING_TOKEN_FILE: '/tokens/storage',
  PARAMETERS: '{"rateLimitPerSecond":5,"other":true}',
  LOG_LEVEL: 'warn',
  POD_NAME: 'app-1',
  PATH: '/usr/bin',
};

describe('the environment of a pod', () => {
  it('becomes a configuration', () => {
    const config = parsePodConfig(environment);
    expect(config.port).toBe(8080);
    expect(config.tenant).toEqual({ id: 'ten_1', slug: 'acme', name: 'Acme' });
    expect(config.data.prefix).toBe('0123456789');
    expect(config.parameters).toEqual({ rateLimitPerSecond: 5, other: true, auth: 'off' });
    expect(config.logLevel).toBe('warn');
  });

  it('may leave out parameters and log level', () => {
    const rest = { ...environment, PARAMETERS: undefined, LOG_LEVEL: undefined };
    expect(parsePodConfig(rest)).toMatchObject({
      parameters: { auth: 'off' },
      logLevel: 'info',
      auth: undefined,
    });
  });

  it.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ ROW_KEY_PREFIX: 'abc' }, 'ROW_KEY_PREFIX must be a row-key prefix'],
    [{ BRANDING_URL: 'file:///etc/passwd' }, 'BRANDING_URL must be an http or https URL'],
    [{ DATA_GATEWAY_ENDPOINT: 'gateway' }, 'DATA_GATEWAY_ENDPOINT must be host:port'],
    [{ PARAMETERS: '{' }, 'PARAMETERS must be a JSON object'],
    [{ PARAMETERS: '[]' }, 'PARAMETERS'],
    [{ PARAMETERS: '{"rateLimitPerSecond":0}' }, 'PARAMETERS.rateLimitPerSecond must be above 0'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ TENANT_ID: '' }, 'TENANT_ID must not be empty'],
  ])('with %j is refused by the name of the variable', (change, message) => {
    expect(() => parsePodConfig({ ...environment, ...change })).toThrow(message);
  });

  it('names every missing variable at once', () => {
    expect(() => parsePodConfig({ ...environment, PORT: undefined, POD_NAME: undefined })).toThrow(
      new PodConfigError(
        'The environment of this workload is not usable: PORT is missing; POD_NAME is missing.',
      ),
    );
  });
});

describe('the address to listen on', () => {
  it.each([
    ['data-gateway.leasehold-system.svc:8086', undefined],
    ['10.0.0.7:8086', undefined],
    ['127.0.0.1:39211', '127.0.0.1'],
    ['localhost:39211', '127.0.0.1'],
    ['[::1]:39211', '127.0.0.1'],
    ['127.0.0.1.example.test:8086', undefined],
  ])('with the data gateway at %s is %s', (endpoint, address) => {
    expect(listenAddress(parsePodConfig({ ...environment, DATA_GATEWAY_ENDPOINT: endpoint }))).toBe(address);
  });
});
