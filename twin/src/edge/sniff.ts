import type { Socket } from 'node:net';

/** The first bytes of an HTTP/2 connection: RFC 9113, section 3.4. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Takers {
  http1: (socket: Socket) => void;
  http2: (socket: Socket) => void;
}

/**
 * Looks at the first bytes of a connection and hands it, with them, to who speaks that version of HTTP. A client that
 * says nothing for `silentMs` is cut off.
 */
export function sniff(socket: Socket, { http1, http2 }: Takers, silentMs: number): void {
  let first: Buffer = Buffer.alloc(0);
  const fail = (): void => void socket.destroy();
  const timer = setTimeout(fail, silentMs);
  const forget = (): void => {
    clearTimeout(timer);
    socket.off('readable', look);
    for (const event of ['error', 'end']) socket.off(event, fail);
  };
  const take = (taker: (socket: Socket) => void): void => {
    forget();
    socket.off('close', forget);
    socket.unshift(first);
    taker(socket);
  };
  const look = (): void => {
    for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read())
      first = Buffer.concat([first, chunk]);
    const common = Math.min(first.length, preface.length);
    if (!first.subarray(0, common).equals(preface.subarray(0, common))) take(http1);
    else if (common === preface.length) take(http2);
  };
  socket.on('readable', look);
  for (const event of ['error', 'end']) socket.on(event, fail);
  socket.once('close', forget);
}
