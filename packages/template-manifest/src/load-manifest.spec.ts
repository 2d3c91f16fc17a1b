import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadManifest, parseManifest } from './load-manifest.js';
import { ManifestError } from './manifest-error.js';

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

  it.each([
    ['an unknown field', { ...valid, colour: 1 }, ''],
    ['a later schema version', { ...valid, schemaVersion: 2 }, '/schemaVersion'],
    ['an upper-case name', { ...valid, name: 'Counter' }, '/name'],
    ['a version that is no semantic version', { ...valid, version: 'v1' }, '/version'],
    ['an empty command', { ...valid, run: { command: [] } }, '/run/command'],
    ['a privileged port', { ...valid, ports: [{ name: 'http', port: 80 }] }, '/ports/0/port'],
    ['no port named http', { ...valid, ports: [{ name: 'grpc', port: 9000 }] }, '/ports'],
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
