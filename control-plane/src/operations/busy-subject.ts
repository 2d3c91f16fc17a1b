import { AppError } from '../platform/app-error.js';

const codes = ['operation_in_progress', 'operation_unfinished'];

/** Whether an operation was refused because of another one on its subject: a round of a worker looks again later. */
export function isBusySubject(error: unknown): boolean {
  return error instanceof AppError && codes.includes(error.code);
}
