import { join } from 'node:path';
import { platform, sha256Of } from './cache.js';
import { capture } from './capture.js';
import { download } from './download.js';
import type { ToolDefinition } from './tool.js';
import { WayFailed } from './way.js';

/**
 * Fetches the official release archive into a work folder, checks it against the pinned checksum and unpacks the executable.
 * @throws WayFailed when there is none for this platform, no network, or the checksum differs.
 */
export async function fromArchive(
  tool: ToolDefinition,
  workDir: string,
): Promise<{ executable: string; from: string }> {
  const archive = tool.archives?.[platform];
  if (!archive) throw new WayFailed(`Download: there is no release archive of ${tool.name} for ${platform}.`);
  const file = join(workDir, 'archive.tar.gz');
  await download(archive.url, file);
  const found = await sha256Of(file);
  if (found !== archive.sha256) {
    throw new WayFailed(
      `Download: ${archive.url} is not the pinned file (SHA-256 ${found}, expected ${archive.sha256}), so it was thrown away.`,
    );
  }
  const { exit, stderr } = await capture('tar', ['-xzf', file, '-C', workDir, archive.member], {
    deadlineMs: 120_000,
  });
  if (exit.code !== 0)
    throw new WayFailed(`Download: ${archive.url} could not be unpacked (${stderr.trim()}).`);
  return { executable: join(workDir, archive.member), from: archive.url };
}
