import { decode } from 'dns-packet';

/** The flags and codes of RFC 1035, section 4.1.1, that the twin reads or sets. */
export const rcodes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  notImplemented: 4,
  refused: 5,
} as const;
export type Rcode = (typeof rcodes)[keyof typeof rcodes];

export interface Question {
  /** As it was asked; bytes that are no letter, digit, dash or underscore are escaped as `\DDD`. */
  name: string;
  /** Numbers of the IANA registry. */
  type: number;
  class: number;
}

export interface Query {
  id: number;
  recursionDesired: boolean;
  question: Question;
  /** The question section as it arrived, to be sent back byte by byte (a resolver may check its letters' case). */
  questionBytes: Buffer;
  /** What the client says in EDNS(0), RFC 6891; undefined when it does not speak it. */
  edns: { version: number; payloadSize: number } | undefined;
}

/** A message that gets no normal answer: `rcode` undefined means that it gets none at all. */
export interface BadQuery {
  rcode: Rcode | undefined;
  id: number;
  opcode: number;
  recursionDesired: boolean;
}

const headerLength = 12;

/** Reads a message from the network. Never throws. */
export function readQuery(message: Buffer): Query | BadQuery {
  if (message.length < headerLength) {
    return { rcode: undefined, id: 0, opcode: 0, recursionDesired: false };
  }
  const id = message.readUInt16BE(0);
  const flags = message.readUInt16BE(2);
  const opcode = (flags >> 11) & 0xf;
  const recursionDesired = (flags & 0x0100) !== 0;
  const bad = (rcode: Rcode | undefined): BadQuery => ({ rcode, id, opcode, recursionDesired });
  // An answer is never answered: two servers could go on for ever.
  if ((flags & 0x8000) !== 0) return bad(undefined);
  if (opcode !== 0) return bad(rcodes.notImplemented);
  // More than one question is a format error: RFC 9619.
  if (message.readUInt16BE(4) !== 1) return bad(rcodes.formatError);
  const read = readQuestion(message);
  if (read === undefined) return bad(rcodes.formatError);
  try {
    const questionBytes = message.subarray(headerLength, read.end);
    return { id, recursionDesired, question: read.question, questionBytes, edns: readEdns(message) };
  } catch {
    return bad(rcodes.formatError);
  }
}

/** @throws Error when a section is malformed or there is more than one OPT record */
function readEdns(message: Buffer): Query['edns'] {
  const options = (decode(message).additionals ?? []).flatMap((record) =>
    record.type === 'OPT' ? [record] : [],
  );
  if (options.length > 1) throw new Error('more than one OPT record');
  const [option] = options;
  return option && { version: option.ednsVersion, payloadSize: option.udpPayloadSize };
}

function readQuestion(message: Buffer): { question: Question; end: number } | undefined {
  const labels: string[] = [];
  let offset = headerLength;
  for (;;) {
    const length = message[offset];
    // A first name has nothing before it that it could point to, so a pointer (top bits set) is malformed here.
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    if (offset + length > message.length || offset + length - headerLength > 254) return undefined;
    labels.push(printable(message.subarray(offset, offset + length)));
    offset += length;
  }
  if (offset + 4 > message.length) return undefined;
  const question = {
    name: labels.join('.'),
    type: message.readUInt16BE(offset),
    class: message.readUInt16BE(offset + 2),
  };
  return { question, end: offset + 4 };
}

/** RFC 1035, section 5.1: any byte can be written as a backslash and three digits. */
function printable(label: Buffer): string {
  return label
    .toString('latin1')
    .replace(/[^A-Za-z0-9_*-]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`);
}
