import { DataDirInUseError, PortUnavailableError, ServiceStartError } from '@leasehold/processes';
import { SettingsError } from '@leasehold/settings';
import { ToolUnavailableError } from '@leasehold/toolchain';
import { DiskSpaceError } from './disk-space.js';

const plain = [
  SettingsError,
  DataDirInUseError,
  PortUnavailableError,
  ToolUnavailableError,
  DiskSpaceError,
  ServiceStartError,
];

/** What a person should read when the start failed: a sentence that says what to do, never a stack trace. */
export function explainFailure(error: unknown, dataDir: string | undefined): string {
  const systemError = findInChain(error, (cause) => 'code' in cause && typeof cause.code === 'string');
  const code = systemError && 'code' in systemError ? systemError.code : undefined;
  if (code === 'ENOSPC' || (error instanceof Error && error.message.includes('No space left on device'))) {
    return `The disk is full: free some space${dataDir ? ` where ${dataDir} is` : ''}, or set LEASEHOLD_DATA_DIR to another disk, and start again.`;
  }
  if (error instanceof Error && plain.some((type) => error instanceof type)) return error.message;
  if (code === 'EACCES' || code === 'EROFS') {
    return `Leasehold may not write there (${messageOf(systemError)}): check the owner of the folder, or set LEASEHOLD_DATA_DIR to another one.`;
  }
  return `Leasehold could not start: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function findInChain(error: unknown, wanted: (cause: Error) => boolean): Error | undefined {
  let cause = error;
  while (cause instanceof Error) {
    if (wanted(cause)) return cause;
    cause = cause.cause;
  }
  return undefined;
}
