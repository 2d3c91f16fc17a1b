import { spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunnerHome } from './runner-home.js';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

test('each place has a home of its own that only its user reads, and what dead processes left goes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lh-home-'));
  const dead = spawnSync('true').pid;
  const leftovers = [join(dataDir, 'pulumi', `homes-${dead}`), join(tmpdir(), `leasehold-pulumi-${dead}-x`)];
  for (const folder of leftovers) await mkdir(folder, { recursive: true });

  const home = await RunnerHome.open(dataDir);
  const [one, other] = [await home.home(0), await home.home(1)];
  expect(one).not.toBe(other);
  expect((await stat(one)).mode & 0o777).toBe(0o700);
  expect(await home.home(0)).toBe(one);
  for (const folder of leftovers) expect(await exists(folder)).toBe(false);
  const work = home.workFolder('leasehold-tenant');
  expect(await exists(join(work, 'Pulumi.yaml'))).toBe(true);
  await home.remove();
  for (const folder of [one, other, work]) expect(await exists(folder)).toBe(false);
  await rm(dataDir, { recursive: true });
});
