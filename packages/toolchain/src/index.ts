/** Gets the programs that Leasehold needs and npm does not carry, each exactly as pinned. */
export { ensureCheckers, type Checkers } from './checkers.js';
export { ensureDefinition, ensureTool, type EnsureOptions } from './ensure-tool.js';
export type { InstalledTool, ToolDefinition, ToolName, ToolSource } from './tool.js';
export { tools } from './tools.js';
export { ToolUnavailableError } from './way.js';
