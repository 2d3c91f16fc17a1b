import { GrpcError, Status, type GrpcCall, type GrpcServices } from '@leasehold/tenant-kit';
import { isOfData } from '../data-failures.js';
import type { EventLog } from '../events/event-log.js';
import { TrimmedError } from '../events/trimmed-error.js';
import { readSubscribeRequest, topicOf, writeEvent } from '../wire/event-messages.js';
import { inGrpcWords } from './calc-service.js';

/** The service of `proto/calc_events.proto`. */
export function eventsService(log: EventLog): GrpcServices['methods'] {
  return {
    '/calc.CalcEvents/Subscribe': { stream: (message, call) => subscribe(log, message, call) },
  };
}

async function* subscribe(log: EventLog, message: Buffer, { signal }: GrpcCall): AsyncGenerator<Buffer> {
  try {
    const { topic, after } = asked(message);
    for await (const events of await log.read(topic, after, signal)) {
      for (const event of events) yield writeEvent(event);
    }
  } catch (error) {
    if (isOfData(error)) throw new GrpcError(Status.unavailable, 'The log does not answer; call again.');
    if (error instanceof TrimmedError) throw new GrpcError(Status.outOfRange, error.message);
    throw inGrpcWords(error);
  }
}

function asked(message: Buffer) {
  const request = readSubscribeRequest(message);
  const topic = topicOf(request.topic);
  if (topic === undefined) throw new GrpcError(Status.invalidArgument, `There is no topic ${request.topic}.`);
  if (request.after > BigInt(Number.MAX_SAFE_INTEGER))
    throw new GrpcError(Status.invalidArgument, 'after is beyond every sequence.');
  return { topic: topic === 'all' ? undefined : topic, after: Number(request.after) };
}
