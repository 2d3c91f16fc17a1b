import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { findPortHolder, type Transport } from './port-holder.js';

/** A port that a setting asks for cannot be used; the message is one sentence for people. */
export class PortUnavailableError extends Error {
  override readonly name = 'PortUnavailableError';
}

/** A TCP port of the loopback address that was free a moment ago. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Checks that a port can be bound. Port 0 (any free one) always can.
 * @throws PortUnavailableError naming the setting, and the process that has the port where the system tells.
 */
export async function assertPortFree(
  port: number,
  settingName: string,
  { host = '127.0.0.1', transport = 'tcp' }: { host?: string; transport?: Transport } = {},
): Promise<void> {
  if (port === 0) return;
  const error = await (transport === 'tcp' ? tryTcp(port, host) : tryUdp(port, host));
  if (!error) return;
  throw new PortUnavailableError(await sentence(error, port, settingName, host, transport));
}

async function sentence(
  error: NodeJS.ErrnoException,
  port: number,
  settingName: string,
  host: string,
  transport: Transport,
): Promise<string> {
  const what = transport === 'udp' ? `UDP port ${port}` : `Port ${port}`;
  if (error.code === 'EADDRINUSE') {
    const holder = await findPortHolder(port, transport);
    return `${what} (${settingName}) is already in use${holder ? ` by ${holder.command} (pid ${holder.pid})` : ''}: stop that program, or set ${settingName} to another port.`;
  }
  if (error.code === 'EACCES')
    return `${what} (${settingName}) may only be used by root: set ${settingName} to a port above 1023.`;
  return `${what} (${settingName}) cannot be opened on ${host}: ${error.message}.`;
}

function tryTcp(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
