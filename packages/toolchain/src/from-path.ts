import { findExecutable } from '@leasehold/processes';
import { capture } from './capture.js';
import type { ToolDefinition } from './tool.js';
import { WayFailed } from './way.js';

/**
 * The tool on PATH, when it is exactly the pinned version.
 * @throws WayFailed when there is none, or another version.
 */
export async function fromPath(tool: ToolDefinition): Promise<string> {
  const { versionCommand } = tool;
  if (!versionCommand)
    throw new WayFailed(`PATH: ${tool.name} does not tell its version, so one on PATH is not used.`);
  const path = await findExecutable(versionCommand.executable);
  if (!path) throw new WayFailed(`PATH: there is no ${versionCommand.executable}.`);
  const { stdout } = await capture(path, versionCommand.args, { deadlineMs: 10_000, env: quietEnv() });
  const found = versionCommand.pattern.exec(stdout)?.[1];
  if (found !== tool.version) {
    throw new WayFailed(`PATH: ${path} is version ${found ?? 'unknown'}, and ${tool.version} is needed.`);
  }
  return path;
}

function quietEnv(): NodeJS.ProcessEnv {
  return { ...process.env, PULUMI_SKIP_UPDATE_CHECK: '1' };
}
