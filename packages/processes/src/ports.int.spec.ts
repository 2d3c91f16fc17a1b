import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertPortFree, freePort } from './ports.js';

describe('a port that a setting asks for', () => {
  it('is accepted when it is free, also twice', async () => {
    const port = await freePort();
    await assertPortFree(port, 'LEASEHOLD_PORT');
    await assertPortFree(port, 'LEASEHOLD_PORT');
  });

  it('is refused in one sentence that names the setting and who has it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const refusal = assertPortFree(port, 'LEASEHOLD_PORT');
    await expect(refusal).rejects.toThrow(
      new RegExp(`^Port ${port} \\(LEASEHOLD_PORT\\) is already in use by .* \\(pid ${process.pid}\\): `),
    );
    server.close();
  });

  it('is refused for UDP too', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    await expect(assertPortFree(port, 'LEASEHOLD_DNS_PORT', { transport: 'udp' })).rejects.toThrow(
      `UDP port ${port} (LEASEHOLD_DNS_PORT) is already in use by`,
    );
    socket.close();
  });

  it('may be any port when it is 0', async () => {
    await assertPortFree(0, 'LEASEHOLD_PORT');
  });
});
