import { join } from 'node:path';
import { findExecutable } from '@leasehold/processes';
import { capture } from './capture.js';
import type { ToolDefinition } from './tool.js';
import { WayFailed } from './way.js';

const neededGo = [1, 26] as const;
/** Longer than any build seen; a build that hangs on a dead network ends here. */
const buildDeadlineMs = 45 * 60_000;

/**
 * Builds the tool from its Go module, pinned by the committed go.mod and go.sum. GOFLAGS, GOPROXY and the like are the user's.
 * @throws WayFailed when Go is missing or too old, or the build fails.
 */
export async function fromModule(
  tool: ToolDefinition,
  workDir: string,
): Promise<{ executable: string; from: string }> {
  const { module } = tool;
  if (!module) throw new WayFailed(`Build: ${tool.name} has no Go module.`);
  const go = await usableGo(workDir);
  const executable = join(workDir, tool.name);
  const args = [
    'build',
    '-mod=readonly',
    '-buildvcs=false',
    '-trimpath',
    ...module.flags,
    '-o',
    executable,
    module.package,
  ];
  const env = { ...process.env, GOWORK: 'off' };
  const { exit, stderr, timedOut } = await capture(go, args, {
    cwd: module.dir,
    env,
    deadlineMs: buildDeadlineMs,
  });
  if (timedOut)
    throw new WayFailed(`Build: go build did not end within ${buildDeadlineMs / 60_000} minutes.`);
  if (exit.code !== 0) throw new WayFailed(`Build: go build failed (${lastLine(stderr)}).`);
  return { executable, from: `${module.package}@v${tool.version}` };
}

async function usableGo(cwd: string): Promise<string> {
  const go = await findExecutable('go');
  if (!go)
    throw new WayFailed(
      `Build: there is no Go on PATH; Go ${neededGo.join('.')} or newer is needed (https://go.dev/dl).`,
    );
  const { stdout } = await capture(go, ['env', 'GOVERSION'], { cwd, deadlineMs: 20_000 });
  const version = stdout.trim();
  if (!isNewEnough(version)) {
    throw new WayFailed(
      `Build: ${go} is ${version || 'of unknown version'}; Go ${neededGo.join('.')} or newer is needed (https://go.dev/dl).`,
    );
  }
  return go;
}

/** Whether a GOVERSION such as `go1.26.8` can build the pinned modules. */
export function isNewEnough(version: string): boolean {
  const match = /^go(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > neededGo[0] || (major === neededGo[0] && minor >= neededGo[1]);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
