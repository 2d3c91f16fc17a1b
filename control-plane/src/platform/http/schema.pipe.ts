import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ZodType } from 'zod';
import { AppError } from '../app-error.js';
import { fieldName, inWords, jsonPointer, schemaErrors } from './schema-errors.js';
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
    const errors = schemaErrors(result.error, metadata.type === 'body' ? jsonPointer : fieldName);
    throw new AppError('malformed', metadata.type === 'body' ? 'invalid_body' : 'invalid_parameter', {
      publicMessage: `The ${metadata.type === 'body' ? 'body' : 'query'} is not valid: ${errors.map(inWords).join('; ')}.`,
      errors,
    });
  }
}

function bodyMissing(): AppError {
  return new AppError('malformed', 'body_missing', {
    publicMessage: 'The request has no body; send a JSON object.',
    errors: [{ pointer: '', message: 'is required' }],
  });
}
