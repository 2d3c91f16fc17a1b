import { ensureTool, type ToolName } from '@leasehold/toolchain';

const names: readonly ToolName[] = ['pulumi', 'helm', 'bigtable-emulator'];

/**
 * Gets all tools at once: downloads share the network, builds the machine's cores and Go's cache.
 * @throws ToolUnavailableError for the first that cannot be had, once the others have ended.
 */
export async function ensureAllTools(toolsDir: string, tell: (line: string) => void): Promise<void> {
  const results = await Promise.allSettled(
    names.map((name) => ensureTool(name, { toolsDir, onProgress: tell })),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
