import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Below the ports that Linux (32768) and macOS (49152) give to outgoing connections, so that those take none away. */
const lowest = 20_000;
const highest = 32_000;
const attempts = 200;

/** Loopback ports for pods. A port stays taken until it is released, so that two pods never get the same one. */
export class PortAllocator {
  private readonly taken = new Set<number>();

  async allocate(): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const port = randomInt(lowest, highest);
      if (this.taken.has(port)) continue;
      this.taken.add(port);
      if (await isFree(port)) return port;
      this.taken.delete(port);
    }
    throw new Error(`No port between ${String(lowest)} and ${String(highest)} is free for a pod.`);
  }

  release(port: number): void {
    this.taken.delete(port);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
