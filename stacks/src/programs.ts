import { cellProgram } from './cell/cell.program.js';
import { platformProgram } from './platform/platform.program.js';
import { tenantProgram } from './tenant/tenant.program.js';

/** The programs by name; a stack's project is `leasehold-<name>`. Loading this loads the SDKs: about half a second and 150 MB. */
export const programs = { tenant: tenantProgram, cell: cellProgram, platform: platformProgram };

export type { CellStackInput } from './cell/cell.program.js';
export type { PlatformStackInput } from './platform/platform.program.js';
export type { Program } from './program.js';
