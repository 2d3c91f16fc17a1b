import { status, type ServiceError } from '@grpc/grpc-js';
import {
  ConflictError,
  InUseError,
  MissingReferenceError,
  ResourceMissingError,
  nameOf,
} from '../inventory/inventory-errors.js';
import type { JsonObject } from '../inventory/json.js';
import { UnknownResourceTypeError } from '../rules/rule-registry.js';
import type { Violation } from '../rules/shape/shape.js';
import type { TypeRule } from '../rules/type-rule.js';
import { RunClosedError } from './run-gate.js';

/** The cloud does not accept the resource as it is. */
export class InvalidResourceError extends Error {
  override readonly name = 'InvalidResourceError';
  constructor(sentences: readonly string[]) {
    super(sentences.join('; '));
  }
}

/** `Deployment "app" in namespace "t-acme"`, as far as it is known. */
export function subject(rule: TypeRule, inputs: JsonObject): string {
  const place = rule.identity(inputs);
  return place ? nameOf({ type: rule.token, ...place }) : rule.token.slice(rule.token.lastIndexOf(':') + 1);
}

/** `Deployment "app" in namespace "t-acme": spec.replicas must be between 0 and 10`. */
export function sentence(about: string, { path, reason }: Violation): string {
  return `${about}: ${path === '' ? '' : `${path} `}${reason}`;
}

const codes: readonly (readonly [new (...values: never[]) => Error, status])[] = [
  [InvalidResourceError, status.INVALID_ARGUMENT],
  [UnknownResourceTypeError, status.UNIMPLEMENTED],
  [ConflictError, status.ALREADY_EXISTS],
  [MissingReferenceError, status.FAILED_PRECONDITION],
  [InUseError, status.FAILED_PRECONDITION],
  [ResourceMissingError, status.NOT_FOUND],
  [RunClosedError, status.ABORTED],
];

/** The gRPC status that says what went wrong; anything unforeseen is INTERNAL. */
export function statusOf(error: unknown): Pick<ServiceError, 'code' | 'details'> {
  const message = error instanceof Error ? error.message : String(error);
  const known = codes.find(([type]) => error instanceof type);
  return { code: known?.[1] ?? status.INTERNAL, details: message };
}
