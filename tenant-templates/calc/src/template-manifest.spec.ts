import { fileURLToPath } from 'node:url';
import { loadManifest, validateParameters } from '@leasehold/template-manifest';
import { describe, expect, it } from 'vitest';
import { calcService } from './grpc/calc-service.js';
import { Calculator } from './calculator.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe('the manifest of the calculator', () => {
  it('is one that the platform takes, with the paths of the gRPC services', async () => {
    const manifest = await loadManifest(folder);
    expect(manifest.dataClasses).toEqual([{ table: 'calc_events', families: ['e'] }]);
    const paths = manifest.ports.flatMap((port) => port.paths ?? []);
    const methods = calcService(new Calculator(() => undefined));
    for (const method of Object.keys(methods))
      expect(paths).toContain(method.slice(0, method.lastIndexOf('/')));
  });

  it('needs no parameter, and refuses an unknown one', async () => {
    const manifest = await loadManifest(folder);
    expect(validateParameters(manifest, {})).toEqual({
      ok: true,
      values: { auth: 'off', maxQueuedEvents: 20_000 },
    });
    expect(validateParameters(manifest, { speed: 1 }).ok).toBe(false);
  });
});
