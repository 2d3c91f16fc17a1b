/**
 * One row in an archive: a line of JSON, `{"table", "key", "cells": [[family, qualifier, timestamp, value], …]}`. Key, qualifier and value
 * are base64; the key is without the tenant's prefix and its `#`, so that an archive can be written back under another prefix; the
 * timestamp is in microseconds, as text. The format is documented in docs/data-life.md.
 */
import { z } from 'zod';
import type { ScannedCell } from '../wire/row-chunks.js';

const base64 = z.base64();
const cell = z.tuple([z.string().min(1), base64, z.string().regex(/^\d{1,19}$/), base64]);
const rowLine = z.strictObject({ table: z.string().min(1), key: base64, cells: z.array(cell).min(1) });

export interface ArchivedRow {
  /** The table's id. */
  readonly table: string;
  /** With the tenant's prefix. */
  readonly key: Buffer;
  readonly cells: readonly ScannedCell[];
}

/** A line that is not a row of an archive. */
export class RowLineError extends Error {
  override readonly name = 'RowLineError';
}

/** The line of a row, without its line feed. */
export function writeRowLine(prefix: string, { table, key, cells }: ArchivedRow): string {
  return JSON.stringify({
    table,
    key: key.subarray(prefix.length + 1).toString('base64'),
    cells: cells.map(({ family, qualifier, timestampMicros, value }) => [
      family,
      qualifier.toString('base64'),
      timestampMicros.toString(),
      value.toString('base64'),
    ]),
  });
}

/**
 * The row of a line, below a prefix.
 * @param number of the line, for the message.
 * @throws RowLineError
 */
export function readRowLine(prefix: string, line: string, number: number): ArchivedRow {
  const parsed = rowLine.safeParse(jsonOf(line));
  if (!parsed.success)
    throw new RowLineError(`Line ${number} is not a row: ${z.prettifyError(parsed.error).slice(0, 300)}`);
  const { table, cells } = parsed.data;
  const key = Buffer.concat([Buffer.from(`${prefix}#`), Buffer.from(parsed.data.key, 'base64')]);
  return {
    table,
    key,
    cells: cells.map(([family, qualifier, timestamp, value]) => ({
      key,
      family,
      qualifier: Buffer.from(qualifier, 'base64'),
      timestampMicros: BigInt(timestamp),
      value: Buffer.from(value, 'base64'),
    })),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
