import { AUTHORITATIVE_ANSWER, RECURSION_DESIRED, TRUNCATED_RESPONSE, encode, type Answer } from 'dns-packet';
import { answerQuestion, type Reply } from './answer.js';
import { readQuery, type BadQuery, type Query } from './query.js';
import type { ZoneTable } from './zone-table.js';

/** The size that passes any network unfragmented: https://www.dnsflagday.net/2020/ */
const ownPayloadSize = 1_232;
const plainPayloadSize = 512;
const largestMessage = 65_535;
const badVersion = 16;
const opcodeShift = 11;

export type Transport = 'udp' | 'tcp';

/** Answers one message; undefined when it deserves no answer. Never throws. */
export function respond(message: Buffer, zones: ZoneTable, transport: Transport): Buffer | undefined {
  const query = readQuery(message);
  if ('rcode' in query) return refuse(query);
  const limit = transport === 'tcp' ? largestMessage : udpLimit(query);
  if (query.edns && query.edns.version > 0) return write(query, versionReply, 0);
  const reply = answerQuestion(query.question, zones);
  const whole = write(query, reply, 0);
  if (whole.length <= limit) return whole;
  return write(query, { ...reply, answers: [], authorities: [] }, TRUNCATED_RESPONSE);
}

const versionReply: Reply = { rcode: 0, authoritative: false, answers: [], authorities: [] };

function udpLimit({ edns }: Query): number {
  if (edns === undefined) return plainPayloadSize;
  return Math.min(Math.max(edns.payloadSize, plainPayloadSize), ownPayloadSize);
}

function refuse({ rcode, id, opcode, recursionDesired }: BadQuery): Buffer | undefined {
  if (rcode === undefined) return undefined;
  const flags = (opcode << opcodeShift) | rcode | (recursionDesired ? RECURSION_DESIRED : 0);
  return encode({ type: 'response', id, flags });
}

function write(query: Query, reply: Reply, more: number): Buffer {
  const unsupported = query.edns !== undefined && query.edns.version > 0;
  const bytes = encode({
    type: 'response',
    id: query.id,
    flags:
      reply.rcode |
      more |
      (reply.authoritative ? AUTHORITATIVE_ANSWER : 0) |
      (query.recursionDesired ? RECURSION_DESIRED : 0),
    answers: reply.answers,
    authorities: reply.authorities,
    additionals: query.edns ? [ownOptions(unsupported ? badVersion : 0)] : [],
  });
  return withQuestion(bytes, query.questionBytes);
}

/** RFC 6891, section 6.1.3: the upper eight bits of the code travel in the OPT record. */
function ownOptions(code: number): Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: ownPayloadSize,
    extendedRcode: code >> 4,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

/** Puts the question back as it came. No name in the rest is compressed, so nothing in it moves. */
function withQuestion(bytes: Buffer, question: Buffer): Buffer {
  const header = Buffer.from(bytes.subarray(0, 12));
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, question, bytes.subarray(12)]);
}
