/** The messages of `proto/calc_events.proto`. */
import type { LogEvent, SequencedEvent, Topic } from '../events/log-event.js';
import { ProtoReader, WireType } from './proto-reader.js';
import { ProtoWriter } from './proto-writer.js';

export interface SubscribeRequest {
  /** The number of the enum's value; one that is not known is the caller's mistake. */
  readonly topic: bigint;
  readonly after: bigint;
}

/** @throws MalformedMessageError */
export function readSubscribeRequest(message: Uint8Array): SubscribeRequest {
  const reader = new ProtoReader(message);
  const request = { topic: 0n, after: 0n };
  while (!reader.done) {
    const tag = reader.tag();
    if (tag.type !== WireType.varint || tag.field > 2) reader.skip(tag);
    else request[tag.field === 1 ? 'topic' : 'after'] = reader.varint();
  }
  return request;
}

const topics: readonly (Topic | 'all')[] = ['all', 'commands', 'results'];

/** The topic of an enum's value; undefined for one that is not known. */
export function topicOf(value: bigint): Topic | 'all' | undefined {
  return value <= 2n ? topics[Number(value)] : undefined;
}

/** Event. */
export function writeEvent({ sequence, event }: SequencedEvent): Buffer {
  const field = event.type === 'command' ? 2 : 3;
  return new ProtoWriter().integer(1, BigInt(sequence)).bytes(field, body(event)).finish();
}

function body(event: LogEvent): Buffer {
  if (event.type === 'command') {
    const { id, command, parameters } = event;
    return new ProtoWriter().text(1, id).text(2, command).text(3, JSON.stringify(parameters)).finish();
  }
  const result = new ProtoWriter().text(1, event.command_id);
  if ('result' in event) return result.text(2, JSON.stringify(event.result)).finish();
  const error = new ProtoWriter().text(1, event.error.code).text(2, event.error.message).finish();
  return result.bytes(3, error).finish();
}
