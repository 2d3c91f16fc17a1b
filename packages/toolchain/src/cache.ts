import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { ToolDefinition } from './tool.js';

/**
 * The tools folder: `<toolsDir>/<tool>/<version>/<tool>` and beside it `origin.json`. A version's folder appears by one rename
 * after everything in it is on disk, so an interrupted download or build leaves nothing under its name.
 */
const origin = z.object({
  version: z.string(),
  platform: z.string(),
  from: z.string(),
  sha256: z.string(),
  size: z.int(),
});
export type Origin = z.output<typeof origin>;

/** The machine a binary is for; a tools folder may be shared by several through the network. */
export const platform = `${process.platform}-${process.arch}`;

export function versionDir(toolsDir: string, tool: ToolDefinition): string {
  return join(toolsDir, tool.name, tool.version);
}

/** The cached executable, if it is complete and for this platform. */
export async function cachedTool(toolsDir: string, tool: ToolDefinition): Promise<string | undefined> {
  const dir = versionDir(toolsDir, tool);
  const path = join(dir, tool.name);
  try {
    const facts = origin.parse(JSON.parse(await readFile(join(dir, 'origin.json'), 'utf8')));
    const complete = (await stat(path)).size === facts.size;
    return complete && facts.platform === platform && facts.version === tool.version ? path : undefined;
  } catch {
    return undefined;
  }
}

/** An empty folder beside the versions, to download or build in. */
export async function workDir(toolsDir: string, tool: ToolDefinition): Promise<string> {
  const dir = join(toolsDir, tool.name, `partial-${randomUUID()}`);
  await mkdir(dir, { recursive: true });
  return dir;
}

/** Removes what interrupted installations left; only the holder of the tool's lock may call it. */
export async function removePartials(toolsDir: string, tool: ToolDefinition): Promise<void> {
  const dir = join(toolsDir, tool.name);
  const partials = (await readdir(dir)).filter((name) => name.startsWith('partial-'));
  await Promise.all(partials.map((name) => rm(join(dir, name), { recursive: true, force: true })));
}

/** Puts a finished executable into the cache under its version. */
export async function publishTool(
  toolsDir: string,
  tool: ToolDefinition,
  executable: string,
  from: string,
): Promise<string> {
  const staging = await workDir(toolsDir, tool);
  const staged = join(staging, tool.name);
  await rename(executable, staged);
  await chmod(staged, 0o755);
  const facts: Origin = {
    version: tool.version,
    platform,
    from,
    sha256: await sha256Of(staged),
    size: (await stat(staged)).size,
  };
  await writeFile(join(staging, 'origin.json'), JSON.stringify(facts, null, 2));
  await flush(staged);
  const target = versionDir(toolsDir, tool);
  await rm(target, { recursive: true, force: true });
  await rename(staging, target);
  return join(target, basename(staged));
}

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
