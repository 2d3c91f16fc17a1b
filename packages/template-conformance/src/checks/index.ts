import type { Check } from '../check.js';
import { brands } from './brands.js';
import { drains } from './drains.js';
import { health } from './health.js';
import { isolates } from './isolates.js';
import { limits } from './limits.js';
import { logs } from './logs.js';
import { meters } from './meters.js';
import { refusesBadEnvironment } from './refuses-bad-environment.js';
import { starts } from './starts.js';
import { staysHonest } from './stays-honest.js';
import { survives } from './survives.js';

/** In the order of the report: what the others need comes first. */
export const checks: readonly Check[] = [
  starts,
  refusesBadEnvironment,
  health,
  brands,
  meters,
  logs,
  limits,
  drains,
  isolates,
  survives,
  staysHonest,
];
