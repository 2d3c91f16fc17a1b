import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ZodType, type z } from 'zod';
import { AppError, type FieldError } from '../app-error.js';
import { sentenceOf } from './schema-messages.js';

/**
 * Checks what a handler takes against the schema that its parameter names (`@Body({ schema })`, `@Query({ schema })`):
 * Nest hands the schema over as metadata. Every wrong field is named, unknown ones too.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { schema } = metadata;
    if (!(schema instanceof ZodType)) return value;
    if (metadata.type === 'body' && value === undefined) throw bodyMissing();
    const result = schema.safeParse(value, { error: sentenceOf });
    if (result.success) return result.data;
    const errors = result.error.issues.flatMap((issue) =>
      fieldErrors(issue, metadata.type === 'body' ? pointer : name),
    );
    throw new AppError('malformed', metadata.type === 'body' ? 'invalid_body' : 'invalid_parameter', {
      publicMessage: `The ${metadata.type === 'body' ? 'body' : 'query'} is not valid: ${errors.map(inWords).join('; ')}.`,
      errors,
    });
  }
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

/** A JSON pointer (RFC 6901). */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function name(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function inWords({ pointer: at, message }: FieldError): string {
  return at === '' ? message : `${at} ${message}`;
}

function bodyMissing(): AppError {
  return new AppError('malformed', 'body_missing', {
    publicMessage: 'The request has no body; send a JSON object.',
    errors: [{ pointer: '', message: 'is required' }],
  });
}
