import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import { packagesThatRun } from './lockfile.js';
import { sbomOf } from './sbom.js';

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const small = lock({
  '': { dependencies: { root: '1' }, devDependencies: { dev: '1' } },
  'node_modules/root': {
    version: '1.0.0',
    license: 'MIT',
    integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
  },
  'node_modules/dev': { version: '1.0.0', dev: true },
  app: {
    name: '@x/app',
    version: '0.1.0',
    dependencies: { '@x/lib': '*', a: '1' },
    devDependencies: { dev: '1' },
  },
  'node_modules/@x/app': { resolved: 'app', link: true },
  lib: { name: '@x/lib', version: '0.1.0', dependencies: { b: '2' } },
  'node_modules/@x/lib': { resolved: 'lib', link: true },
  'lib/node_modules/b': { version: '2.0.0' },
  'node_modules/b': { version: '1.0.0' },
  'node_modules/a': {
    version: '1.0.0',
    dependencies: { b: '1' },
    optionalDependencies: { gone: '1' },
    license: '(MIT OR Apache-2.0)',
  },
});

describe('what runs', () => {
  it('is the closure of a workspace over its links, each at the place where Node finds it', () => {
    expect(packagesThatRun(small, ['@x/app']).map(({ path }) => path)).toEqual([
      'app',
      'lib',
      'lib/node_modules/b',
      'node_modules/a',
      'node_modules/b',
      'node_modules/root',
    ]);
    expect(() => packagesThatRun(small, ['@x/none'])).toThrow('@x/none is no workspace');
  });
});

describe('a bill of materials', () => {
  it('says name, version, checksum, licence and what needs what, and is the same each time', async () => {
    const text = sbomOf({ name: 'app', version: '1.0.0' }, packagesThatRun(small, ['@x/app']));
    expect(text).toBe(sbomOf({ name: 'app', version: '1.0.0' }, packagesThatRun(small, ['@x/app'])));
    const bom: unknown = JSON.parse(text);
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: 'app' } },
    });
    expect(bom).toHaveProperty(
      'components',
      expect.arrayContaining([
        expect.objectContaining({
          purl: 'pkg:npm/root@1.0.0',
          hashes: [{ alg: 'SHA-512', content: '00'.repeat(64) }],
          licenses: [{ license: { name: 'MIT' } }],
        }),
      ]),
    );
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    expect(bom).toHaveProperty(
      'dependencies',
      expect.arrayContaining([{ ref: 'app', dependsOn: ['lib', 'node_modules/a'] }]),
    );
  });

  it('of the control plane has the engine and the API, and nothing that only builds', () => {
    const lockfile = readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8');
    const names = packagesThatRun(lockfile, ['@leasehold/control-plane']).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['@pulumi/pulumi', '@nestjs/core', 'typeorm', '@leasehold/twin']),
    );
    for (const name of ['eslint', 'prettier', 'nx', '@leasehold/cli']) expect(names).not.toContain(name);
  });
});
