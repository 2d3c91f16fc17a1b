import { status, type ServiceError } from '@grpc/grpc-js';
import { CloudFaultError } from '../faults/faulty-calls.js';
import {
  ConflictError,
  InUseError,
  MissingReferenceError,
  ResourceMissingError,
} from '../inventory/inventory-errors.js';
import { UnknownResourceTypeError } from '../rules/rule-registry.js';
import { InvalidResourceError } from '../rules/invalid-resource-error.js';
import { RunClosedError } from './run-gate.js';

const codes: readonly (readonly [new (...values: never[]) => Error, status])[] = [
  [InvalidResourceError, status.INVALID_ARGUMENT],
  [UnknownResourceTypeError, status.UNIMPLEMENTED],
  [ConflictError, status.ALREADY_EXISTS],
  [MissingReferenceError, status.FAILED_PRECONDITION],
  [InUseError, status.FAILED_PRECONDITION],
  [ResourceMissingError, status.NOT_FOUND],
  [RunClosedError, status.ABORTED],
  // What Go makes of an error that is no status, as those of the real providers are.
  [CloudFaultError, status.UNKNOWN],
];

/** The gRPC status that says what went wrong; anything unforeseen is INTERNAL. */
export function statusOf(error: unknown): Pick<ServiceError, 'code' | 'details'> {
  const message = error instanceof Error ? error.message : String(error);
  const known = codes.find(([type]) => error instanceof type);
  return { code: known?.[1] ?? status.INTERNAL, details: message };
}
