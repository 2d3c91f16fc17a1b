import type { NewCell } from '../cells/cell.schema.js';

/** The cell of the embedded default: this machine. Browsers know that every name below `localhost` is here. */
export const localCell: NewCell = {
  name: 'local',
  environment: 'development',
  region: 'local',
  target: 'twin',
  domain: 'localhost',
  capacity: 1000,
};
