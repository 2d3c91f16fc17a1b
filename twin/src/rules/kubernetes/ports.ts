import { type Json } from '../../inventory/json.js';
import { portName } from '../shape/names.js';
import { integer, text, type Shape } from '../shape/shape.js';

/** A TCP or UDP port. */
export const portNumber: Shape = integer(1, 65_535);

const namedPort = text(portName);

/** The number or the name of a port (IntOrString). */
export const portReference: Shape = (value: Json, path, report) =>
  typeof value === 'number' ? portNumber(value, path, report) : namedPort(value, path, report);
