import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadManifest, parseManifest } from './load-manifest.js';
import { ManifestError } from './manifest-error.js';
import { sharedParameters } from './shared-parameters.js';

const valid = {
  schemaVersion: 1,
  name: 'counter',
  version: '1.0.0',
  description: 'Hands out numbers.',
  run: { command: ['node', 'server.mjs'] },
  ports: [{ name: 'http', port: 8080 }],
  health: { live: '/healthz/live', ready: '/healthz/ready' },
  parameters: { type: 'object', properties: { size: { type: 'integer', default: 3 } } },
  resources: {
    sample: {
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { cpu: '0.5', memory: '128Mi' },
      replicas: { min: 1, max: 1 },
    },
  },
  dataClasses: [{ table: 'counters', families: ['c'] }],
};

const http = { name: 'http', port: 8080 };
const grpc = { name: 'grpc', port: 9090, protocol: 'grpc', paths: ['/calc.Calc'] };
const flag = { name: 'newPricing', owner: 'team-memes', lastDay: '2027-03-31', default: false };

function pointersOf(content: unknown): string[] {
  try {
    parseManifest(content);
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.errors.map((e) => e.pointer);
    throw error;
  }
}

describe('a template manifest', () => {
  it('is read with all its fields', () => {
    expect(parseManifest(valid)).toEqual(valid);
  });

  it('may name gRPC services, migrations, flags and how it is probed', () => {
    const more = {
      ...valid,
      $schema: '../../packages/template-manifest/template.schema.json',
      ports: [http, grpc],
      migrations: ['0002-increments-index'],
      flags: [flag],
      parameters: { type: 'object', properties: sharedParameters },
      conformance: {
        probe: {
          write: { method: 'POST', path: '/numbers', body: { key: '{uuid}' }, status: 201, capture: '' },
          check: { kind: 'unique' },
        },
      },
    };
    expect(parseManifest(more)).toEqual(more);
  });

  it.each([
    ['an unknown field', { ...valid, colour: 1 }, ''],
    ['a later schema version', { ...valid, schemaVersion: 2 }, '/schemaVersion'],
    ['an upper-case name', { ...valid, name: 'Counter' }, '/name'],
    ['a version that is no semantic version', { ...valid, version: 'v1' }, '/version'],
    ['an empty command', { ...valid, run: { command: [] } }, '/run/command'],
    ['a privileged port', { ...valid, ports: [{ name: 'http', port: 80 }] }, '/ports/0/port'],
    ['no port named http', { ...valid, ports: [{ name: 'admin', port: 9000 }] }, '/ports'],
    ['two ports of one number', { ...valid, ports: [http, { ...grpc, port: 8080 }] }, '/ports'],
    [
      'a gRPC port without its services',
      { ...valid, ports: [http, { ...grpc, paths: undefined }] },
      '/ports/1/paths',
    ],
    [
      'an HTTP port with services',
      { ...valid, ports: [{ ...http, paths: ['/calc.Calc'] }] },
      '/ports/0/paths',
    ],
    [
      'a gRPC path that is no service',
      { ...valid, ports: [http, { ...grpc, paths: ['/calc.Calc/'] }] },
      '/ports/1/paths/0',
    ],
    [
      'one gRPC service on two ports',
      { ...valid, ports: [http, grpc, { ...grpc, name: 'b', port: 9001 }] },
      '/ports',
    ],
    ['a flag without an owner', { ...valid, flags: [{ ...flag, owner: '' }] }, '/flags/0/owner'],
    [
      'a flag whose last day is none',
      { ...valid, flags: [{ ...flag, lastDay: '2027-02-30' }] },
      '/flags/0/lastDay',
    ],
    ['two flags of one name', { ...valid, flags: [flag, flag] }, '/flags'],
    ['a migration named twice', { ...valid, migrations: ['0002-index', '0002-index'] }, '/migrations'],
    [
      'authentication that means something else',
      { ...valid, parameters: { type: 'object', properties: { auth: { type: 'string' } } } },
      '/parameters/properties/auth',
    ],
    [
      'a rate limit that may be zero',
      {
        ...valid,
        parameters: { type: 'object', properties: { rateLimitPerSecond: { type: 'integer', minimum: 0 } } },
      },
      '/parameters/properties/rateLimitPerSecond',
    ],
    [
      'a probe that says no check',
      { ...valid, conformance: { probe: { write: { path: '/x' } } } },
      '/conformance/probe/check',
    ],
    ['no plan', { ...valid, resources: {} }, '/resources'],
    ['parameters that are no object', { ...valid, parameters: { type: 'string' } }, '/parameters/type'],
    [
      'an unknown keyword in the parameter schema',
      { ...valid, parameters: { type: 'object', typo: 1 } },
      '/parameters',
    ],
    [
      'a reference to a schema elsewhere',
      { ...valid, parameters: { type: 'object', properties: { a: { $ref: 'https://example.test/a' } } } },
      '/parameters',
    ],
    [
      'an asynchronous parameter schema',
      { ...valid, parameters: { type: 'object', $async: true } },
      '/parameters/$async',
    ],
    [
      'a default outside its own rule',
      { ...valid, parameters: { type: 'object', properties: { size: { type: 'integer', default: 'x' } } } },
      '/parameters/properties/size/default',
    ],
    [
      'more replicas at least than at most',
      { ...valid, resources: { sample: { ...valid.resources.sample, replicas: { min: 3, max: 1 } } } },
      '/resources/sample/replicas/min',
    ],
  ])('is refused with %s, and the field is named', (_, content, pointer) => {
    expect(pointersOf(content)).toEqual([pointer]);
  });

  it('may require a parameter that has no default', () => {
    const parameters = { type: 'object', required: ['size'], properties: { size: { type: 'integer' } } };
    expect(pointersOf({ ...valid, parameters })).toEqual([]);
  });
});

describe('loadManifest', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'template-manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says that the file is missing, that it is not JSON, and reads it once it is right', async () => {
    await expect(loadManifest(folder)).rejects.toThrow('the file cannot be read');
    await writeFile(join(folder, 'template.json'), '{');
    await expect(loadManifest(folder)).rejects.toThrow('the file is not JSON');
    await writeFile(join(folder, 'template.json'), JSON.stringify(valid));
    expect((await loadManifest(folder)).name).toBe('counter');
  });
});
