import { execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resourceTypes } from './inventory/resource-types.js';
import { eventually } from './testing/eventually.js';
import { cell, hostnameOfClient } from './testing/local-cloud.js';
import { TwinUnderTest } from './testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(() => under.setUp());
afterEach(() => under.tearDown());

function isRunning(pid: number): boolean {
  const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  return !state.startsWith('Z');
}
const runs = (pid: number): boolean => {
  try {
    return isRunning(pid);
  } catch {
    return false;
  }
};

describe('A page of a client', () => {
  it('answers under its name once its resources are there, and the name resolves', async () => {
    await under.serving('acme');
    expect(await under.json('acme')).toMatchObject({ tenant: 'Client acme' });
    expect(await under.target.resolve(hostnameOfClient('acme'))).toEqual(['127.0.0.1']);
  });

  it.each([
    ['HTTPRoute', resourceTypes.httpRoute, 404],
    ['Service', resourceTypes.service, 503],
    ['Deployment', resourceTypes.deployment, 503],
  ])('goes when its %s is taken out of the inventory', async (_kind, type, status) => {
    await under.serving('acme');
    expect(await under.target.inventory.remove({ type, scope: 't-acme', name: 'app' })).toBe(true);
    await eventually(async () => expect((await under.get('acme')).status).toBe(status));
  });

  it('stops resolving when its record set goes', async () => {
    await under.serving('acme');
    const hostname = hostnameOfClient('acme');
    const [{ scope, name } = { scope: '', name: '' }] = await under.target.inventory.list({
      cell,
      types: [resourceTypes.recordSet],
    });
    await under.target.inventory.remove({ type: resourceTypes.recordSet, scope, name });
    await eventually(async () => expect(await under.target.resolve(hostname)).toEqual([]));
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${String(under.twin.dnsPort)}`]);
    await expect(resolver.resolve4(hostname)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('goes with its namespace, and leaves neither process nor folder', async () => {
    await under.serving('acme');
    const [{ pid } = { pid: 0 }] = await eventually(async () => {
      const pods = await under.podsOf('acme');
      expect(pods[0]?.pid).toBeGreaterThan(0);
      return pods;
    });
    await under.target.inventory.remove({ type: resourceTypes.namespace, scope: '', name: 't-acme' });
    await eventually(async () => expect(await under.podsOf('acme')).toEqual([]));
    expect(runs(pid ?? 0)).toBe(false);
    await eventually(async () => expect(await readdir(join(under.dataDir, 'twin', 'pods'))).toEqual([]));
  });

  it('of an unknown hostname is a plain 404 that names it', async () => {
    const answer = await under.get('nobody');
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(`No route has the hostname ${hostnameOfClient('nobody')}.\n`);
  });

  it('is 503 with Retry-After while its pod crashes, and the pod says why', async () => {
    await under.provision({ slug: 'broken', parameters: { crash: true } });
    await eventually(async () => {
      const [pod] = await under.podsOf('broken');
      expect(pod).toMatchObject({ phase: 'CrashLoopBackOff', ready: false });
      expect(pod?.restarts).toBeGreaterThan(1);
      expect(pod?.message).toBe('exit code 1: Error: the table counters does not exist');
    });
    const answer = await eventually(async () => {
      const found = await under.get('broken');
      expect(found.body).toContain('CrashLoopBackOff');
      return found;
    });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
  });
});
