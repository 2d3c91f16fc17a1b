import { problem, unavailable, type Handler, type Reply } from '@leasehold/tenant-kit';
import { OutOfRangeError } from '../arithmetic/out-of-range-error.js';
import { InvalidArgumentError } from '../commands/command-json.js';
import { isOfData } from '../data-failures.js';
import { TrimmedError } from '../events/trimmed-error.js';

/** A handler that answers what the calculator refuses as problem documents. */
export function refusing(handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      return refusal(error);
    }
  };
}

function refusal(error: unknown): Reply {
  if (error instanceof OutOfRangeError) return problem(400, 'OUT_OF_RANGE', error.message);
  if (error instanceof InvalidArgumentError) return problem(400, 'INVALID_ARGUMENT', error.message);
  if (error instanceof TrimmedError) return trimmed(error);
  if (isOfData(error)) return unavailable(error.message);
  throw error;
}

/** 410, with the first place that is kept. */
function trimmed({ message, oldest }: TrimmedError): Reply {
  const reply = problem(410, 'TRIMMED', message);
  const document = {
    type: 'about:blank',
    status: 410,
    code: 'TRIMMED',
    detail: message,
    oldest: String(oldest),
  };
  return { ...reply, body: JSON.stringify(document) };
}
