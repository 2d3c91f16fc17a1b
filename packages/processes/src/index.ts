/**
 * What every room needs to know about child processes: starting them so that nothing outlives its parent, telling one
 * process from another with the same pid, locks that a crash cannot leave behind, and ports.
 */
export { describeExit, type ChildExit } from './child-exit.js';
export { DataDirInUseError, lockDataDir } from './data-dir-lock.js';
export { tryLock, waitForLock, type FileLock, type LockAttempt } from './file-lock.js';
export { findExecutable } from './find-executable.js';
export { forkService, ServiceStartError, type Service, type ServiceOptions } from './fork-service.js';
export { guardGroup, releaseGroup } from './guard.js';
export type { LockOwner } from './lock-owner.js';
export { forgetProcess, reapLeftovers, recordProcess, type PidRecord } from './pid-records.js';
export { assertPortFree, freePort, PortUnavailableError } from './ports.js';
export { identify, isAlive, ownIdentity, type ProcessIdentity } from './process-identity.js';
export { announceReady, onStop } from './service-process.js';
export { spawnTethered, type TetheredChild, type TetherOptions } from './spawn-tethered.js';
export { signalGroup, stopGroup, stopIdentified } from './stop-group.js';
