import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from '@leasehold/processes';
import { cachedTool, publishTool, removePartials, workDir } from './cache.js';
import { fromArchive } from './from-archive.js';
import { fromModule } from './from-module.js';
import { fromPath } from './from-path.js';
import type { InstalledTool, ToolDefinition, ToolName } from './tool.js';
import { tools } from './tools.js';
import { ToolUnavailableError, WayFailed } from './way.js';

export interface EnsureOptions {
  /** Receives one short line for people per thing that takes time. */
  readonly onProgress?: (line: string) => void;
  /** Default: LEASEHOLD_TOOLS_DIR, or `leasehold/tools` in the user's cache folder. */
  readonly toolsDir?: string;
}

/**
 * The executable of a pinned tool: from PATH (exact version), the cache, the official release archive, or built from its Go module.
 * Starts at once share one installation.
 * @throws ToolUnavailableError with a sentence per way that was tried.
 */
export function ensureTool(name: ToolName, options: EnsureOptions = {}): Promise<InstalledTool> {
  return ensureDefinition(tools[name], options);
}

/** As {@link ensureTool}, for any definition. */
export async function ensureDefinition(
  tool: ToolDefinition,
  { onProgress = () => undefined, toolsDir = defaultToolsDir() }: EnsureOptions = {},
): Promise<InstalledTool> {
  const failures: string[] = [];
  const onPath = await attempt(failures, () => fromPath(tool));
  if (onPath) return { path: onPath, version: tool.version, source: 'path' };
  const cached = await cachedTool(toolsDir, tool);
  if (cached) return { path: cached, version: tool.version, source: 'cache' };
  const lock = await waitForLock(join(toolsDir, tool.name, 'lock'), `install ${tool.name} ${tool.version}`, {
    onWait: ({ pid }) =>
      onProgress(`${tool.name} ${tool.version}: waiting, as process ${pid} is already installing it`),
  });
  try {
    return await install(tool, toolsDir, failures, onProgress);
  } finally {
    await lock.release();
  }
}

async function install(
  tool: ToolDefinition,
  toolsDir: string,
  failures: string[],
  onProgress: (line: string) => void,
): Promise<InstalledTool> {
  const meanwhile = await cachedTool(toolsDir, tool);
  if (meanwhile) return { path: meanwhile, version: tool.version, source: 'cache' };
  await removePartials(toolsDir, tool);
  const dir = await workDir(toolsDir, tool);
  try {
    const archive = await attempt(failures, () => {
      if (tool.archives)
        onProgress(`${tool.name} ${tool.version} (${tool.purpose}): downloading, usually seconds`);
      return fromArchive(tool, dir);
    });
    if (archive) return await publish(tool, toolsDir, archive, 'archive');
    const built = await attempt(failures, () => {
      onProgress(
        `${tool.name} ${tool.version} (${tool.purpose}): building it with Go, usually ${tool.usualBuild}`,
      );
      return fromModule(tool, dir);
    });
    if (built) return await publish(tool, toolsDir, built, 'build');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  throw new ToolUnavailableError(
    [
      `${tool.name} ${tool.version} (${tool.purpose}) could not be had:`,
      ...failures.map((why) => `  - ${why}`),
    ].join('\n'),
  );
}

async function publish(
  tool: ToolDefinition,
  toolsDir: string,
  made: { executable: string; from: string },
  source: 'archive' | 'build',
): Promise<InstalledTool> {
  const path = await publishTool(toolsDir, tool, made.executable, made.from);
  return { path, version: tool.version, source };
}

/** Runs one way; when it does not work, keeps its sentence and goes on. Anything else (a full disk) ends the search. */
async function attempt<T>(failures: string[], way: () => Promise<T>): Promise<T | undefined> {
  try {
    return await way();
  } catch (error) {
    if (!(error instanceof WayFailed)) throw error;
    failures.push(error.message);
    return undefined;
  }
}

/** LEASEHOLD_TOOLS_DIR, or `leasehold/tools` in the user's cache folder. */
export function defaultToolsDir(): string {
  return (
    process.env['LEASEHOLD_TOOLS_DIR'] ||
    join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'leasehold', 'tools')
  );
}
