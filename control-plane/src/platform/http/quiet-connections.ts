import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Follows a server's connections from now on; call it before the server listens.
 * @returns closes those on which no answer is under way. `Server.closeIdleConnections` leaves one open that has never had a
 * request (browsers make them ahead of need) until its time for headers is over.
 */
export function quietConnections(server: Server): () => void {
  const answers = new Map<Socket, number>();
  server.on('connection', (socket) => {
    answers.set(socket, 0);
    socket.once('close', () => answers.delete(socket));
  });
  const count = (socket: Socket, change: 1 | -1): void => {
    const before = answers.get(socket);
    if (before !== undefined) answers.set(socket, before + change);
  };
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => {
      count(socket, -1);
    });
  });
  return () => {
    for (const [socket, underWay] of answers) if (underWay === 0) socket.destroy();
  };
}
