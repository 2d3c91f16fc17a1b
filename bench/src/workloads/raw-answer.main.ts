/** Answers each request with the same bytes and looks at nothing: what is left is the generator's own ceiling. */
import { createServer } from 'node:net';
import { announceReady, onStop } from '@leasehold/processes';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('data', () => socket.write(answer));
  socket.on('error', () => socket.destroy());
});
onStop(() => Promise.resolve());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  announceReady({ port: typeof address === 'object' ? address?.port : 0 });
});
