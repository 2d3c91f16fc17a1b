import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonObject } from '../../platform/json.js';
import type { PlatformBench } from './platform-bench.js';

const image = fileURLToPath(new URL('../../../../tenant-templates/counter/dist/image', import.meta.url));

/** Registers one more release of `counter`: the same image, or one with another program, and what its manifest says besides. */
export async function registerRelease(
  platform: PlatformBench,
  version: string,
  other: { readonly program?: string; readonly manifest?: object } = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-release-'));
  try {
    await cp(image, folder, { recursive: true });
    const own = jsonObject.parse(JSON.parse(await readFile(join(folder, 'template.json'), 'utf8')));
    const manifest = { ...own, version, ...other.manifest };
    await writeFile(join(folder, 'template.json'), JSON.stringify(manifest));
    if (other.program !== undefined) await writeFile(join(folder, 'server.mjs'), other.program);
    const { reference } = await platform.target.pushImage(folder);
    await platform.run((tx) =>
      platform.catalog.addRelease(platform.ctx, tx, 'counter', { version, image: reference, manifest }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
