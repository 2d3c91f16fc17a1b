import { GrpcError, Status, type GrpcMethod, type GrpcServices } from '@leasehold/tenant-kit';
import { OutOfRangeError } from '../arithmetic/out-of-range-error.js';
import type { Calculator } from '../calculator.js';
import type { Command, Result } from '../commands/command.js';
import { readPair, readPlaces, writeInt64, writePrimes } from '../wire/calc-messages.js';
import { MalformedMessageError } from '../wire/proto-reader.js';

/** The service of `proto/calc.proto`. */
export function calcService(calculator: Calculator): GrpcServices['methods'] {
  return {
    '/calc.Calc/Add': method(calculator, (message) => ({ name: 'add', ...readPair(message) })),
    '/calc.Calc/Max': method(calculator, (message) => ({ name: 'max', ...readPair(message) })),
    '/calc.Calc/NthPrimes': method(calculator, (message) => ({ name: 'np', n: readPlaces(message) })),
  };
}

function method(calculator: Calculator, read: (message: Buffer) => Command): GrpcMethod {
  return {
    unary: (message) => {
      try {
        return write(calculator.call(read(message)));
      } catch (error) {
        throw inGrpcWords(error);
      }
    },
  };
}

function write(result: Result): Buffer {
  if ('sum' in result) return writeInt64(result.sum);
  if ('max' in result) return writeInt64(result.max);
  return writePrimes(result.nthPrimes);
}

/** The error with which a call ends. */
export function inGrpcWords(error: unknown): unknown {
  if (error instanceof OutOfRangeError) return new GrpcError(Status.outOfRange, error.message);
  if (error instanceof MalformedMessageError)
    return new GrpcError(Status.invalidArgument, `The message cannot be read: ${error.message}`);
  return error;
}
