import type { Ask, Told } from './told.js';

/** A template's routes over its rows, and what must be true of the rows whatever happened meanwhile. */
export interface Product {
  readonly template: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether a write may be acknowledged from what was reserved before, without a call for rows. */
  readonly reserves?: true;
  /** Asks what the others need, while all is well. */
  prepare(ask: Ask): Promise<void>;
  /** Requests to every route that writes, at the same time. */
  write(ask: Ask): Promise<readonly Told[]>;
  /** Requests to every route that reads rows. */
  read(ask: Ask): Promise<readonly Told[]>;
  /** What is wrong with the rows, as sentences, when all is well again: something acknowledged is missing, or something counted twice. */
  faults(ask: Ask): Promise<readonly string[]>;
}
