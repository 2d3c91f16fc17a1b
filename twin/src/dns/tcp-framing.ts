/** Messages over TCP carry their length in two bytes before them: RFC 1035, section 4.2.2. */
export function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The messages that are complete with this chunk. */
  push(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    while (this.rest.length >= 2) {
      const end = 2 + this.rest.readUInt16BE(0);
      if (this.rest.length < end) break;
      messages.push(this.rest.subarray(2, end));
      this.rest = this.rest.subarray(end);
    }
    return messages;
  }
}
