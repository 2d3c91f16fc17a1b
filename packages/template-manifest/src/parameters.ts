/** A release's parameters: the values an operator may give a tenant, judged by the template's own JSON Schema. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { jsonPointer } from './json-pointer.js';
import type { FieldError } from './manifest-error.js';

export type ParameterValues = Record<string, unknown>;

export type ParameterResult = { ok: true; values: ParameterValues } | { ok: false; errors: FieldError[] };

/** Options: all errors in one answer; defaults filled in; no coercion, so that "5" is not silently 5. */
function newAjv(): Ajv2020 {
  return new Ajv2020({ allErrors: true, useDefaults: true, strict: true, allowUnionTypes: true });
}

/** By the schema's text: releases are read from the database anew for each request. Compiling one takes some 40 ms. */
const compiled = new Map<string, ValidateFunction>();
const keptSchemas = 256;

/**
 * Checks values against a JSON Schema (draft 2020-12) and fills in its defaults; the input is not changed.
 * @throws Error when the schema itself is wrong, which parseManifest rules out.
 */
export function validateParameters(
  manifest: { parameters: Record<string, unknown> },
  values: unknown,
): ParameterResult {
  const validate = compile(manifest.parameters);
  const copy: unknown = structuredClone(values);
  if (!validate(copy)) return { ok: false, errors: (validate.errors ?? []).map(toFieldError) };
  return isObject(copy)
    ? { ok: true, values: copy }
    : { ok: false, errors: [{ pointer: '', message: 'must be object' }] };
}

/** Says what is wrong with a parameter schema: empty when it compiles and its defaults obey it. */
export function parameterSchemaErrors(schema: Record<string, unknown>): FieldError[] {
  // An asynchronous schema answers with a promise, which is always true.
  if ('$async' in schema) return [{ pointer: '/parameters/$async', message: 'must not be used' }];
  let validate: ValidateFunction;
  try {
    validate = compile(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ pointer: '/parameters', message: `is not a JSON Schema (draft 2020-12): ${reason}` }];
  }
  return defaultErrors(schema, validate);
}

/** A default outside its own rule would make every tenant without that parameter fail; `required` is not judged here. */
function defaultErrors(schema: Record<string, unknown>, validate: ValidateFunction): FieldError[] {
  if (validate({})) return [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  return (validate.errors ?? [])
    .filter((error) => error.keyword !== 'required' && error.instancePath !== '')
    .filter((error) => Object.hasOwn(properties, error.instancePath.split('/')[1] ?? ''))
    .map((error) => ({
      pointer: `/parameters/properties${error.instancePath}/default`,
      message: describe(error),
    }));
}

function compile(schema: Record<string, unknown>): ValidateFunction {
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? newAjv().compile(schema);
  // Set anew, so that the first key is always the one that was not asked for longest.
  compiled.delete(text);
  compiled.set(text, validate);
  const [oldest] = compiled.keys();
  if (compiled.size > keptSchemas && oldest !== undefined) compiled.delete(oldest);
  return validate;
}

function toFieldError(error: ErrorObject): FieldError {
  const extra = namedProperty(error);
  return {
    pointer: error.instancePath + (extra === undefined ? '' : jsonPointer([extra])),
    message: describe(error),
  };
}

/** Ajv points at the object that misses or has too much; people look for the field itself. */
function namedProperty(error: ErrorObject): string | undefined {
  const params: Record<string, unknown> = error.params;
  for (const key of ['missingProperty', 'additionalProperty', 'unevaluatedProperty']) {
    const value = params[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function describe(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a parameter of this template';
    case 'enum':
      return `must be one of ${JSON.stringify(error.params['allowedValues'])}`;
    default:
      return error.message ?? 'is not valid';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
