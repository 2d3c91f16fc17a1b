/**
 * One JSON object a line on standard output. Written by hand because a pod has to answer within tens of milliseconds
 * of its start, and a workload writes few lines: one at start and stop, and what went wrong.
 */
import type { LogLevel } from '../config/pod-config.js';

export type LogFields = Record<string, unknown>;
export type Log = (message: string, fields?: LogFields) => void;
export type Logger = Readonly<Record<LogLevel, Log>>;

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A logger that drops what is below `level`; `bound` is in every line. */
export function createLogger(
  level: LogLevel,
  bound: LogFields,
  write: (line: string) => void = writeToStdout,
  now: () => Date = () => new Date(),
): Logger {
  const log = (at: LogLevel): Log =>
    levels.indexOf(at) < levels.indexOf(level)
      ? () => undefined
      : (message, fields) => {
          write(
            `${JSON.stringify({ time: now(), level: at, message, ...bound, ...fields }, replaceError)}\n`,
          );
        };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** Errors have no enumerable fields, and BigInt has no JSON form. */
function replaceError(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const cause = value.cause === undefined ? {} : { cause: value.cause };
    return { name: value.name, message: value.message, stack: value.stack, ...cause };
  }
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Standard output to a pipe or a file is synchronous on Linux, so that a line written before an exit is not lost. */
function writeToStdout(line: string): void {
  process.stdout.write(line);
}
