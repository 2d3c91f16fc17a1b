import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { eventually } from '../testing/eventually.js';
import { bucket, cell, updateDeployment } from '../testing/local-cloud.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(() => under.setUp());
afterEach(() => under.tearDown());

describe('A pod', () => {
  it('sees its own environment and nothing of the twin', async () => {
    process.env['LEASEHOLD_SECRET_OF_THE_TWIN'] = 'x';
    await under.serving('acme');
    delete process.env['LEASEHOLD_SECRET_OF_THE_TWIN'];
    const env = await under.json('acme', '/env');
    const [pod] = await under.podsOf('acme');
    expect(env).toMatchObject({
      TENANT_NAME: 'Client acme',
      POD_NAME: pod?.name,
      POD_NAMESPACE: 't-acme',
      DATA_GATEWAY_ENDPOINT: '127.0.0.1:1',
      BRANDING_URL: `http://127.0.0.1:${String(under.twin.objectStorePort)}/storage/v1/b/${bucket}/o/x?alt=media`,
    });
    expect(env['PORT']).not.toBe('8080');
    const own = ['TENANT_NAME', 'PARAMETERS', 'DATA_GATEWAY_ENDPOINT', 'BRANDING_URL', 'BRANDING_TOKEN_FILE'];
    const given = ['PORT', 'GRPC_PORT', 'POD_NAME', 'POD_NAMESPACE', 'PATH', 'HOME'];
    // What the shell that starts it, and the test's question, add by themselves.
    const ignored = ['PWD', 'OLDPWD', 'SHLVL', '_', 'cwd', 'pid', 'argv', 'main', 'stdin'];
    expect(
      Object.keys(env)
        .filter((name) => !ignored.includes(name))
        .sort(),
    ).toEqual([...own, ...given].sort());
  });

  it('logs to a file of its own', async () => {
    await under.serving('acme');
    const [pod] = await under.podsOf('acme');
    const file = join(under.dataDir, 'twin', 'pods', pod?.name ?? '', 'log');
    await eventually(async () => expect(await readFile(file, 'utf8')).toContain('"listening"'));
  });

  it('is replaced when it is killed, and the page answers again', async () => {
    await under.serving('acme');
    const { pid } = await under.json('acme', '/env');
    process.kill(Number(pid), 'SIGKILL');
    await eventually(async () => expect((await under.json('acme', '/env'))['pid']).not.toBe(pid));
    await eventually(async () =>
      expect((await under.podsOf('acme'))[0]).toMatchObject({ restarts: 1, phase: 'Running' }),
    );
  });

  it('takes no requests while its readiness probe fails', async () => {
    await under.end();
    await under.begin({ wakeMs: 50 });
    await under.serving('acme');
    await under.get('acme', '/unready');
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.ready).toBe(false));
    expect((await under.get('acme')).status).toBe(503);
  });

  it('makes its Deployment available, in the inventory', async () => {
    await under.serving('acme', { replicas: 2 });
    await eventually(async () => {
      const [deployment] = await under.target.inventory.list({ cell, types: [resourceTypes.deployment] });
      expect(deployment?.status).toMatchObject({
        readyReplicas: 2,
        availableReplicas: 2,
        observedGeneration: 1,
      });
      expect(at(deployment?.status, 'conditions', 0)).toMatchObject({ type: 'Available', status: 'True' });
    });
  });

  it('waits for its ConfigMap, and says so', async () => {
    await under.serving('acme');
    const map = { type: resourceTypes.configMap, scope: 't-acme', name: 'app' };
    const saved = await under.inventory.get({ cell, ...map });
    await under.target.inventory.remove(map);
    await updateDeployment(under.inventory, { slug: 'acme', image: under.image, version: '2' });
    await eventually(async () =>
      expect((await under.podsOf('acme')).map(({ message }) => message)).toContain(
        'ConfigMap "app" not found',
      ),
    );
    // The old pod still answers.
    expect((await under.get('acme')).status).toBe(200);
    if (saved) await under.inventory.create(saved);
    await eventually(async () => expect((await under.podsOf('acme')).every(({ ready }) => ready)).toBe(true));
  });
});

describe('A change of a Deployment', () => {
  it('answers every request while its pods are replaced', async () => {
    await under.serving('acme', { replicas: 2 });
    const before = new Set((await under.podsOf('acme')).map(({ name }) => name));
    const statuses = new Set<number>();
    const done = new AbortController();
    const asker = (async () => {
      while (!done.signal.aborted) statuses.add((await under.get('acme')).status);
    })();
    await updateDeployment(under.inventory, { slug: 'acme', image: under.image, replicas: 2, version: '2' });
    await eventually(async () => {
      const pods = await under.podsOf('acme');
      expect(pods).toHaveLength(2);
      expect(pods.every(({ name, ready }) => ready && !before.has(name))).toBe(true);
    });
    done.abort();
    await asker;
    expect([...statuses]).toEqual([200]);
  });

  it('to fewer replicas stops the others', async () => {
    await under.serving('acme', { replicas: 3 });
    await eventually(async () =>
      expect((await under.podsOf('acme')).filter(({ ready }) => ready)).toHaveLength(3),
    );
    await updateDeployment(under.inventory, { slug: 'acme', image: under.image, replicas: 1 });
    await eventually(async () => expect(await under.podsOf('acme')).toHaveLength(1));
    expect((await under.get('acme')).status).toBe(200);
  });
});
