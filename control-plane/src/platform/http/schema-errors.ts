import type { z } from 'zod';
import type { FieldError } from '../app-error.js';

/** What a schema found, each field by its name. */
export function schemaErrors(error: z.ZodError, naming: Naming): FieldError[] {
  return error.issues.flatMap((issue) => fieldErrors(issue, naming));
}

type Naming = (path: readonly PropertyKey[]) => string;

function fieldErrors(issue: z.core.$ZodIssue, naming: Naming): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: naming([...issue.path, key]),
      message: 'is not a known field',
    }));
  }
  // A record's key that is not allowed: what is wrong with it is one level down.
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return [{ pointer: naming(issue.path), message: message ?? issue.message }];
}

/** As a JSON pointer (RFC 6901). */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

export function inWords({ pointer: at, message }: FieldError): string {
  return at === '' ? message : `${at} ${message}`;
}
